package io.github.palimpsest.cli.terminal;

/** The exit codes of the command; they are part of its interface. */
public final class ExitCode {
  /** Success. */
  public static final int OK = 0;

  /** A cell or a check failed, or a file of a run is damaged. */
  public static final int FAILED = 1;

  /** Wrong usage: an unknown component, a bad setting, bad input. */
  public static final int USAGE = 2;

  /** The components cannot be in one recipe. */
  public static final int RULE = 3;

  /**
   * The machine failed, for example because of a full disk; the same command may do better later.
   */
  public static final int MACHINE = 4;

  /** Stopped by Ctrl-C or SIGTERM. As in shells, 128 plus the number of the signal of Ctrl-C. */
  public static final int INTERRUPTED = 130;

  /** The reader of standard output has gone: 128 plus the number of the signal. */
  public static final int BROKEN_PIPE = 141;

  private ExitCode() {}
}
