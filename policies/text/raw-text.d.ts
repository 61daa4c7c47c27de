// Files taken in as text by the bundler: `import text from './example.ts?raw'`.
declare module '*?raw' {
  const text: string;
  export default text;
}
