package io.github.palimpsest.cli;

/** What the command tells its caller; part of its interface. */
final class ExitCode {
  /** All went well. */
  static final int OK = 0;

  /** A cell failed, or the machine did: a full disk, say. */
  static final int FAILED = 1;

  /** Wrong usage: an unknown component, a bad setting, bad input. */
  static final int USAGE = 2;

  /** Components that cannot stand in one recipe. */
  static final int RULE = 3;

  /** Stopped by Ctrl-C, as shells have it: 128 and the number of the signal. */
  static final int INTERRUPTED = 130;

  /** Nobody reads standard output any more: 128 and the number of the signal. */
  static final int BROKEN_PIPE = 141;

  private ExitCode() {}
}
