package io.github.palimpsest.certificates;

import java.util.Locale;

/** What is known of a component as it is now. */
public enum CertificateState {
  /**
   * A certificate of these very classes, by this version of the kit, says that it keeps the rules.
   */
  CERTIFIED,
  /** Such a certificate says that it breaks one. */
  FAILED,
  /** There is no certificate, or it is of other classes or by another version of the kit. */
  UNCHECKED;

  /** In lower case, as it is printed. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
