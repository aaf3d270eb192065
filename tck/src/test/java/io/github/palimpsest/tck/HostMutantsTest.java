package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.Cost;
import io.github.palimpsest.api.Provider;
import io.github.palimpsest.api.Rehearsal;
import io.github.palimpsest.api.Setting;
import io.github.palimpsest.tck.Buffer.Mistake;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.acme.AcmeClock;
import org.acme.AcmeCounter;
import org.acme.AcmeThread;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Rules whose checks need no native code. */
class HostMutantsTest {
  private static final Setting<Integer> CAPACITY =
      Setting.integer("capacity", 500, 1, Integer.MAX_VALUE, "at most so many");

  private static Stub.OfRehearsal buffer(Mistake... mistakes) {
    return new Stub.OfRehearsal(
        Cost.NONE, List.of(CAPACITY), s -> new Buffer(s.get(CAPACITY), mistakes));
  }

  /** A memory that holds all it is tried on, and whose size has a name of its own. */
  private static Stub.OfRehearsal roomy(Mistake... mistakes) {
    Setting<Integer> most = Setting.integer("at-most", 50_000, 1, Integer.MAX_VALUE, "so many");
    return new Stub.OfRehearsal(Cost.NONE, List.of(most), s -> new Buffer(s.get(most), mistakes));
  }

  private static List<Mutant> mutants() {
    List<Mutant> all = new ArrayList<>();
    all.addAll(rehearsals());
    all.addAll(plugins());
    return all;
  }

  private static List<Mutant> rehearsals() {
    return List.of(
        new Mutant(
            RehearsalRule.DAT_01,
            "examples replaced",
            buffer(Mistake.REPLACES),
            "in place of current ones"),
        new Mutant(
            RehearsalRule.DAT_02,
            "a peek at the task under way",
            buffer(Mistake.PEEKS),
            "still being trained"),
        new Mutant(RehearsalRule.DAT_02, "no capacity", buffer(Mistake.NO_CAPACITY)),
        new Mutant(
            RehearsalRule.DAT_03,
            "a random source of its own",
            buffer(Mistake.OWN_RANDOM),
            "a random source of its own"),
        new Mutant(
            RehearsalRule.DAT_04,
            "a reservoir that keeps the first",
            buffer(Mistake.KEEPS_THE_FIRST),
            "keeps the first"),
        new Mutant(
            RehearsalRule.DAT_04,
            "the same with much room and another name for it",
            roomy(Mistake.KEEPS_THE_FIRST),
            "keeps the first"),
        new Mutant(
            RehearsalRule.DAT_04,
            "a queue that keeps the last",
            buffer(Mistake.KEEPS_THE_LAST),
            "chi-square"),
        new Mutant(
            RehearsalRule.DAT_02,
            "examples of a task that is only prepared",
            buffer(Mistake.KEEPS_WHAT_IT_PREPARES)),
        new Mutant(
            RehearsalRule.DAT_05,
            "a batch more than said",
            buffer(Mistake.SAYS_TOO_FEW_BATCHES),
            "before the epoch does"),
        new Mutant(
            RehearsalRule.DAT_08, "a task with an example less", buffer(Mistake.DROPS_AN_EXAMPLE)),
        new Mutant(
            RehearsalRule.DAT_08,
            "a memory of what is prepared",
            buffer(Mistake.KEEPS_WHAT_IT_PREPARES),
            "before their task is trained"),
        new Mutant(RehearsalRule.P1, "an empty state", buffer(Mistake.FORGETS_THE_STATE)),
        new Mutant(RehearsalRule.DAT_06, "any bytes taken", buffer(Mistake.TAKES_ANY_BYTES)),
        new Mutant(RehearsalRule.DAT_07, "an order of its own", buffer(Mistake.OWN_ORDER)));
  }

  private static List<Mutant> plugins() {
    Rehearsal cached = new Buffer(500);
    Stub.OfRehearsal noWords =
        new Stub.OfRehearsal(
            Cost.NONE, List.of(Setting.flag("mute", true, "")), s -> new Buffer(5));
    return List.of(
        new Mutant(SpiRule.SPI_01, "no line in a service file", buffer()),
        new Mutant(SpiRule.SPI_02, "no vendor prefix", new AcmeClock()),
        new Mutant(
            SpiRule.SPI_03,
            "an object that is handed out again",
            new Stub.OfRehearsal(Cost.NONE, List.of(), s -> cached)),
        new Mutant(
            SpiRule.SPI_04,
            "a setting that is not declared",
            new Stub.OfRehearsal(Cost.NONE, List.of(), s -> new Buffer(s.get(CAPACITY)))),
        new Mutant(
            SpiRule.C1,
            "an order of its own in the first task, which others may share",
            buffer(Mistake.OWN_ORDER)),
        new Mutant(
            SpiRule.C1,
            "more batches in the first task",
            buffer(Mistake.SAYS_TOO_FEW_BATCHES),
            "FIRST_TASK"),
        new Mutant(SpiRule.SPI_07, "a clock", new AcmeClock(), "a clock: java.lang.System"),
        new Mutant(SpiRule.SPI_07, "a thread", new AcmeThread(), "reaches a thread"),
        new Mutant(SpiRule.SPI_08, "a static counter", new AcmeCounter(), "AcmeCounter.asked"),
        new Mutant(SpiRule.SPI_09, "a setting without words", noWords));
  }

  @TestFactory
  Stream<DynamicTest> every_mutant_is_refused_by_its_rule() {
    return Mutant.tests(mutants());
  }

  @Test
  void every_rule_has_a_mutant() {
    List<Rule> rules = new ArrayList<>(List.of(RehearsalRule.values()));
    rules.addAll(List.of(SpiRule.values()));
    // a JAR is needed: see JarTest
    rules.removeAll(List.of(SpiRule.SPI_05, SpiRule.SPI_06, SpiRule.L1));
    Mutant.cover(mutants(), rules);
  }

  @Test
  void without_a_mistake_every_rule_of_the_kind_is_kept() {
    List<Provider<?>> good = List.of(buffer(), roomy());
    for (Provider<?> provider : good) {
      assertThat(Certification.here(Subject.of(provider)).verdicts())
          .filteredOn(v -> !(v.rule() instanceof SpiRule))
          .extracting(Verdict::outcome)
          .as("kind %s", provider.kind())
          .containsOnly(Outcome.PASSED);
    }
  }

  /** The batches as they come: there is no memory to be uniform. */
  @Test
  void a_rehearsal_that_keeps_nothing_has_no_memory_to_try() {
    Stub.OfRehearsal provider = new Stub.OfRehearsal(Cost.NONE, List.of(), s -> new Buffer(0));
    assertThat(Certification.here(Subject.of(provider)).verdicts())
        .filteredOn(v -> v.rule() == RehearsalRule.DAT_04)
        .extracting(Verdict::outcome)
        .containsExactly(Outcome.NOT_APPLICABLE);
  }
}
