/** A script that the build puts into the bundle as its text. */
declare module '*.py' {
  const text: string;
  export default text;
}
