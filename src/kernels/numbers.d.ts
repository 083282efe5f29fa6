/**
 * The types of kernels, as TypeScript sees them. AssemblyScript has the numbers built in, and the arrays in
 * `scripts/kernels/arrays.as`: pointers into WebAssembly memory, unchecked.
 */
declare type i32 = number;
declare type f64 = number;
declare type bool = boolean;
declare type I32 = Int32Array;
declare type F64 = Float64Array;
declare type U8 = Uint8Array;
