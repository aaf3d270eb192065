package io.github.palimpsest.tck;

import io.github.palimpsest.api.discovery.PluginOrigin;
import io.github.palimpsest.certificates.Certificate;
import io.github.palimpsest.tck.rule.Rule;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * All verdicts on one component.
 *
 * @param component its id
 * @param settings the settings it was judged with
 * @param origin its plugin, the plugin's version, and its JAR or folder
 * @param verdicts one for each rule of the component's kind
 */
public record Judgement(
    String component, String settings, PluginOrigin origin, List<Verdict> verdicts) {
  /** Copies the list. */
  public Judgement {
    verdicts = List.copyOf(verdicts);
  }

  /** The judgement of a component, whose verdicts were reached in any order. */
  static Judgement of(Subject<?> subject, Collection<Verdict> verdicts) {
    return of(subject, subject.settings().toString(), verdicts);
  }

  /** The same of a component whose settings may not be readable. */
  static Judgement of(Subject<?> subject, String settings, Collection<Verdict> verdicts) {
    List<Rule> rules = Rule.of(subject.provider().kind());
    List<Verdict> sorted =
        verdicts.stream().sorted(Comparator.comparing(v -> rules.indexOf(v.rule()))).toList();
    return new Judgement(subject.provider().id().value(), settings, subject.origin(), sorted);
  }

  /** Whether no binding rule is broken, and every rule that has a check was tried. */
  public boolean certified() {
    return !verdicts.isEmpty() && !isRefused() && verdicts.stream().noneMatch(Verdict::isOpen);
  }

  /** Whether a binding rule is broken. A component may be neither refused nor certified. */
  public boolean isRefused() {
    return verdicts.stream().anyMatch(Verdict::refuses);
  }

  /** The number of rules with each outcome. */
  public Map<Outcome, Long> counts() {
    Map<Outcome, Long> counts = new EnumMap<>(Outcome.class);
    for (Outcome o : Outcome.values()) {
      counts.put(o, verdicts.stream().filter(v -> v.outcome() == o).count());
    }
    return counts;
  }

  /** The certificate of this judgement; reads and hashes the JAR or folder as it is now. */
  public Certificate certificate() {
    List<Certificate.RuleVerdict> all =
        verdicts.stream()
            .map(
                v ->
                    new Certificate.RuleVerdict(
                        v.rule().id(), v.rule().level().name(), v.outcome().name(), v.text()))
            .toList();
    return Certificate.of(component, certified(), settings, origin, all);
  }
}
