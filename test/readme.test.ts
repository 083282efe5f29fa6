/** The README's example is the file it says, and its output is what that file prints. */
import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const readme = read('README.md');
const block = (language: string) => readme.match(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``))?.[1];

test('the code is the example file, less its opening comment', () => {
  expect(block('ts')).toBe(read('examples/01-first-effect.ts').replace(/^(\/\/.*\n)+/, ''));
});

test('the output is what the example prints', async () => {
  const print = vi.spyOn(console, 'log').mockImplementation(() => {});
  await import('../examples/01-first-effect.js');
  const printed = print.mock.calls.map((words) => words.join(' ')).join('\n');
  print.mockRestore();
  expect(`${printed}\n`).toBe(block('text'));
});

test('opens with exactly two commands, which package.json knows', () => {
  const commands = readme.slice(0, readme.indexOf('## An example')).match(/```sh\n[\s\S]*?```/g);
  expect(commands).toEqual(['```sh\nnpm ci && npm run report\n```', '```sh\nnpm ci && npm test\n```']);
  const { scripts } = JSON.parse(read('package.json'));
  for (const [, name] of readme.matchAll(/npm run ([\w:]+)/g)) expect(scripts).toHaveProperty([name as string]);
});

test('files that the documents link to exist', () => {
  for (const page of ['README.md', 'CONTRIBUTING.md', 'src/README.md'])
    for (const [, target] of read(page).matchAll(/\]\((?!https?:)([^)#]+)\)/g))
      expect(() => readFileSync(new URL(`../${target}`, import.meta.url)), `${page} → ${target}`).not.toThrow(/ENOENT/);
});
