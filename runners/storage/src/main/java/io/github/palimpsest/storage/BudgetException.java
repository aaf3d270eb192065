package io.github.palimpsest.storage;

/** A disk budget that is too small; what was finished stays, and a larger one continues. */
public final class BudgetException extends OutputException {
  private static final long serialVersionUID = 1L;

  private final long bytes;

  /**
   * @param bytes the smallest budget with which the run can take its next step
   */
  public BudgetException(String message, long bytes) {
    super(message);
    this.bytes = bytes;
  }

  /** The smallest budget with which the run can take its next step. */
  public long bytes() {
    return bytes;
  }
}
