package io.github.palimpsest.api;

import java.util.Collection;

/** A name that nothing has; the message offers the nearest one. */
@Stable(since = "0.1")
public final class UnknownNameException extends PalimpsestException {
  private static final long serialVersionUID = 1L;
  private final String kind;
  private final String owner;

  /**
   * @param kind what the name should name, for example {@code component} or {@code setting}
   * @param owner what has such names, for example the component of a setting; empty for the runner
   * @param message the name, and the nearest name that there is
   */
  public UnknownNameException(String kind, String owner, String message) {
    super(message);
    this.kind = kind;
    this.owner = owner;
  }

  /** A name that should be one of some known names. */
  public static UnknownNameException of(String kind, String name, Collection<String> known) {
    return new UnknownNameException(
        kind, "", "unknown " + kind + " '" + name + "'" + NearestName.hint(name, known));
  }

  /** What the name should name, for example {@code component} or {@code setting}. */
  public String kind() {
    return kind;
  }

  /** What has such names, for example the component of a setting; empty for the runner. */
  public String owner() {
    return owner;
  }
}
