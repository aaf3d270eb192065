package io.github.palimpsest.cli.terminal;

/** What the command tells its caller; part of its interface. */
public final class ExitCode {
  /** All went well. */
  public static final int OK = 0;

  /** A cell failed, or the machine did: a full disk, say. */
  public static final int FAILED = 1;

  /** Wrong usage: an unknown component, a bad setting, bad input. */
  public static final int USAGE = 2;

  /** Components that cannot stand in one recipe. */
  public static final int RULE = 3;

  /** Stopped by Ctrl-C, as shells have it: 128 and the number of the signal. */
  public static final int INTERRUPTED = 130;

  /** Nobody reads standard output any more: 128 and the number of the signal. */
  public static final int BROKEN_PIPE = 141;

  private ExitCode() {}
}
