package io.github.palimpsest.tck;

/** Ends a check whose rule is broken. */
public final class BrokenRule extends RuntimeException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // never serialised: it is turned into a verdict at once
  private final Finding finding;

  /**
   * @param finding the observation
   */
  public BrokenRule(Finding finding) {
    super(finding.expected() + ", but " + finding.actual());
    this.finding = finding;
  }

  /**
   * A rule that is broken by an exception of the component.
   *
   * @param finding the observation; the exception follows what it says is actual
   * @param cause the exception
   */
  public BrokenRule(Finding finding, Throwable cause) {
    super(finding.expected() + ", but " + finding.actual() + cause, cause);
    this.finding = finding;
  }

  /** The observation. */
  public Finding finding() {
    return finding;
  }
}
