/** This library's version, for results that say what made them; a test holds it to package.json. */
export const VERSION = '0.1.0';
