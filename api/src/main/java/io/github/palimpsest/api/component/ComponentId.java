package io.github.palimpsest.api.component;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.Stable;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The name of a component in recipes and results: {@code sam}, or {@code acme.sam} for a third
 * party. Names without a vendor prefix are reserved for this project.
 *
 * <p>Grammar, tested by rule SPI-02: {@code [a-z][a-z0-9-]*} with an optional prefix {@code
 * [a-z][a-z0-9-]*.}.
 *
 * @param value the name
 */
@Stable(since = "0.1")
public record ComponentId(String value) implements Comparable<ComponentId> {
  private static final Pattern GRAMMAR = Pattern.compile("([a-z][a-z0-9-]*\\.)?[a-z][a-z0-9-]*");

  /** Names with a special meaning in recipe text. */
  private static final Set<String> RESERVED = Set.of("none", "true", "false");

  /**
   * @throws PalimpsestException if the name does not match the grammar or is reserved
   */
  public ComponentId {
    if (!GRAMMAR.matcher(value).matches()) {
      throw new PalimpsestException(
          "component id '"
              + value
              + "' is not a name: lower-case letters, digits and '-', starting with a letter, with"
              + " at most one 'vendor.' before it");
    }
    if (RESERVED.contains(value)) {
      throw new PalimpsestException("component id '" + value + "' is a reserved word of recipes");
    }
  }

  /** The vendor before the dot, or the empty string for this project's own components. */
  public String vendor() {
    int dot = value.indexOf('.');
    return dot < 0 ? "" : value.substring(0, dot);
  }

  @Override
  public int compareTo(ComponentId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
