package io.github.palimpsest.tck.rule;

import java.util.List;
import java.util.Locale;

/**
 * The content of a rule.
 *
 * @param id for example {@code OPT-05}
 * @param aliases earlier ids of the same rule, which certificates and links may still name
 * @param level how binding it is
 * @param sentence the normative sentence, word for word as in {@code api/SPEC.md}
 * @param lookAt the place to look for the author of a component that breaks it
 * @param note the false-alarm rate of a statistical rule, or the reason why a rule is not tested;
 *     otherwise empty
 */
public record RuleText(
    String id, List<String> aliases, Level level, String sentence, String lookAt, String note) {
  /** Copies the list. */
  public RuleText {
    aliases = List.copyOf(aliases);
  }

  static RuleText must(String id, String sentence, String lookAt) {
    return new RuleText(id, List.of(), Level.MUST, sentence, lookAt, "");
  }

  static RuleText should(String id, String sentence, String lookAt) {
    return new RuleText(id, List.of(), Level.SHOULD, sentence, lookAt, "");
  }

  static RuleText statistical(String id, String sentence, String falseAlarms, String lookAt) {
    return new RuleText(id, List.of(), Level.STATISTICAL, sentence, lookAt, falseAlarms);
  }

  static RuleText untested(String id, String sentence, String reason) {
    return new RuleText(id, List.of(), Level.UNTESTED, sentence, "", reason);
  }

  /** A copy with an earlier id of the rule. */
  RuleText formerly(String alias) {
    return new RuleText(id, List.of(alias), level, sentence, lookAt, note);
  }

  /** The rule's address in the specification. */
  public String link() {
    return "api/SPEC.md#" + id.toLowerCase(Locale.ROOT);
  }
}
