package io.github.palimpsest.cli;

/** The exit codes of the command; they are part of its interface. */
final class ExitCode {
  /** Success. */
  static final int OK = 0;

  /** A cell or the machine failed, for example because of a full disk. */
  static final int FAILED = 1;

  /** Wrong usage: an unknown component, a bad setting, bad input. */
  static final int USAGE = 2;

  /** The components cannot be in one recipe. */
  static final int RULE = 3;

  /** Stopped by Ctrl-C. As in shells, 128 plus the number of the signal. */
  static final int INTERRUPTED = 130;

  /** The reader of standard output has gone: 128 plus the number of the signal. */
  static final int BROKEN_PIPE = 141;

  private ExitCode() {}
}
