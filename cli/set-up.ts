/** What the set-up, which is JavaScript that runs before anything is built, tells of this machine. */
export interface SetUp {
  /** What is wrong with a version of Node, as in `process.version`; '' if it will do. */
  unsupportedNode(version: string): string;
  /**
   * The path of a Python that can make the environment for training.
   * @throws Error saying what was found and what to install
   */
  findPython(): Promise<string>;
  /** Whether that environment is there, and made from the requirements of now. */
  isPythonReady(): boolean;
}
