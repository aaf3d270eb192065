package io.github.palimpsest.api;

/** Components that cannot be in one recipe; the message names both and the rule. */
@Stable(since = "0.1")
public final class RuleViolationException extends PalimpsestException {
  private static final long serialVersionUID = 1L;
  private final String rule;

  /**
   * @param rule the rule's short name, for example {@code seat-taken}
   * @param message both components and why they cannot be combined
   */
  public RuleViolationException(String rule, String message) {
    super(message);
    this.rule = rule;
  }

  /** The rule's short name. */
  public String rule() {
    return rule;
  }
}
