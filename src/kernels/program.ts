/** The kernels that the library calls, with records and numbers only. */
export { trainBag } from './train.js';
