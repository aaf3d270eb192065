package io.github.palimpsest.certificates;

import java.util.Locale;

/** The state of a component's certificate, for the component as it is now. */
public enum CertificateState {
  /**
   * A certificate of exactly this JAR, by this version of the kit, says that the component keeps
   * the rules.
   */
  CERTIFIED,
  /** Such a certificate says that the component breaks a rule. */
  FAILED,
  /** There is no certificate, or it is for another JAR or from another version of the kit. */
  UNCHECKED;

  /** The name in lower case, for printing. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
