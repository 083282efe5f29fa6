/** The kernels that the library calls, with records and numbers only. */
export { cutLeaf, fitRows, renameLeaves, sumLeaves, sumLeavesAndCut } from './additive-trees.js';
export { addChosen, addCrossProducts, probabilitiesOfRows, projectColumns } from './column-products.js';
export { addDraw } from './draw-moments.js';
export { addErrors, startErrors } from './fit-errors.js';
export { addBags, startBags } from './little-bags.js';
export { rankRows } from './rank.js';
export { packDrawn } from './sample.js';
export { finishBlock, keepBag, keepDraw, sendAll, sendUndrawn, startBlock } from './send-trees.js';
export { trainBag } from './train.js';
export { walkRow } from './walk-row.js';
