package io.github.palimpsest.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Promise;
import io.github.palimpsest.api.component.Provider;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.tck.rule.RehearsalRule;
import io.github.palimpsest.tck.rule.SpiRule;
import io.github.palimpsest.tck.subject.AlteredRehearsal;
import io.github.palimpsest.tck.subject.Buffer;
import io.github.palimpsest.tck.subject.Buffer.Mistake;
import io.github.palimpsest.tck.subject.Choosing;
import io.github.palimpsest.tck.subject.RehearsalMistakes;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RehearsalMutantsTest {
  private static final Setting<Integer> CAPACITY =
      Setting.integer("capacity", 500, 1, Integer.MAX_VALUE, "most examples kept");

  private static Stub.OfRehearsal buffer(Mistake... mistakes) {
    return new Stub.OfRehearsal(List.of(CAPACITY), s -> new Buffer(s.get(CAPACITY), mistakes));
  }

  /** A memory that holds all it is tried on, and whose size has a name of its own. */
  private static Stub.OfRehearsal roomy(Mistake... mistakes) {
    Setting<Integer> most =
        Setting.integer("at-most", 50_000, 1, Integer.MAX_VALUE, "most examples kept");
    return new Stub.OfRehearsal(List.of(most), s -> new Buffer(s.get(most), mistakes));
  }

  private static List<Mutant> mutants() {
    Rehearsal cached = new Buffer(500);
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
            RehearsalRule.DAT_02,
            "a note of each rehearsed example in the state",
            buffer(Mistake.NOTES_EACH_BATCH),
            "a list of what was rehearsed"),
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
            "a reservoir that keeps the first, with much room and another name for it",
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
        new Mutant(
            RehearsalRule.DAT_09,
            "a state that is added to what is there",
            buffer(Mistake.ADDS_TO_WHAT_IT_HOLDS),
            "seen three other tasks"),
        new Mutant(RehearsalRule.DAT_09, "an empty state", buffer(Mistake.FORGETS_THE_STATE)),
        new Mutant(RehearsalRule.DAT_06, "any bytes taken", buffer(Mistake.TAKES_ANY_BYTES)),
        new Mutant(RehearsalRule.DAT_07, "an order of its own", buffer(Mistake.OWN_ORDER)),
        new Mutant(
            SpiRule.SPI_11,
            "an order of its own in the first task, which others may share",
            buffer(Mistake.OWN_ORDER)),
        new Mutant(
            SpiRule.SPI_11,
            "more batches in the first task",
            buffer(Mistake.SAYS_TOO_FEW_BATCHES),
            "FIRST_TASK"),
        new Mutant(
            SpiRule.SPI_03,
            "an object that is handed out again",
            new Stub.OfRehearsal(List.of(), s -> cached)));
  }

  /** One more example for each eight; with a choice one of three, after a virtual step. */
  private static List<Mutant> costs() {
    return List.of(
        new Mutant(
            RehearsalRule.DAT_11,
            "an example more in each batch, at no cost",
            buffer().at(Cost.NONE),
            "Cost.NONE"),
        new Mutant(
            RehearsalRule.DAT_11,
            "one twentieth where one eighth is added",
            buffer().at(Cost.passes(0.05))),
        new Mutant(
            RehearsalRule.DAT_11,
            "the rehearsed examples alone, where a choice takes a virtual step",
            choosing().at(Cost.passes(0.13))));
  }

  @Test
  void a_cost_may_be_more_than_what_the_trial_shows() {
    // 51 of 403 examples are added: 0.127
    assertThat(Mutant.outcome(buffer().at(Cost.passes(0.12)), RehearsalRule.DAT_11))
        .isEqualTo(Outcome.PASSED);
    assertThat(Mutant.outcome(buffer().at(Cost.passes(5)), RehearsalRule.DAT_11))
        .isEqualTo(Outcome.PASSED);
    // an eighth is trained, and a pass and two thirds of three eighths find it: 1.38
    assertThat(Mutant.outcome(choosing().at(Cost.passes(1.38)), RehearsalRule.DAT_11))
        .isEqualTo(Outcome.PASSED);
    assertThat(Mutant.outcome(choosing().at(Cost.passes(1.3)), RehearsalRule.DAT_11))
        .isEqualTo(Outcome.FAILED);
  }

  private static List<Mutant> altered() {
    return List.of(
        new Mutant(
            RehearsalRule.DAT_01,
            "an example twice",
            altered(RehearsalMistakes.TwiceInAnEpoch::new)),
        new Mutant(
            RehearsalRule.DAT_02,
            "a state that names what is still under way",
            altered(RehearsalMistakes.NamesWhatIsUnderWay::new)),
        new Mutant(
            RehearsalRule.DAT_05,
            "a batch less than said",
            altered(RehearsalMistakes.SaysMoreBatches::new),
            "never reach their end"),
        new Mutant(
            RehearsalRule.DAT_06,
            "another exception for bytes of another kind",
            altered(RehearsalMistakes.ThrowsWhatItLikes::new)),
        new Mutant(
            RehearsalRule.DAT_08,
            "a task of another name",
            altered(good -> RehearsalMistakes.renames(good, "x", 0))),
        new Mutant(
            RehearsalRule.DAT_08,
            "a task of another place",
            altered(good -> RehearsalMistakes.renames(good, "", 1))),
        new Mutant(
            RehearsalRule.DAT_08,
            "an example for another",
            altered(RehearsalMistakes.Doubles::new)),
        new Mutant(
            RehearsalRule.DAT_08,
            "an order that depends on earlier tasks",
            altered(RehearsalMistakes.TurnsWithEachTask::new),
            "other than the task and the pretrained model"),
        new Mutant(
            SpiRule.SPI_11,
            "the first task in another order",
            altered(RehearsalMistakes.TurnsAlways::new),
            "FIRST_TASK"),
        new Mutant(
            RehearsalRule.DAT_09,
            "a count that the state does not hold",
            buffer(Mistake.FORGETS_THE_COUNT)));
  }

  private static Stub.OfRehearsal choosing(Choosing.Mistake... mistakes) {
    return altered(good -> new Choosing(good, mistakes));
  }

  private static List<Mutant> choices() {
    return List.of(
        new Mutant(RehearsalRule.DAT_10, "a candidate twice", choosing(Choosing.Mistake.TWICE)),
        new Mutant(
            RehearsalRule.DAT_10, "a place of no candidate", choosing(Choosing.Mistake.OUTSIDE)),
        new Mutant(
            RehearsalRule.DAT_10,
            "candidates taken from the list that it is given",
            choosing(Choosing.Mistake.CHANGES_WHAT_IT_IS_GIVEN)),
        new Mutant(
            RehearsalRule.DAT_10,
            "a choice from a random source of its own",
            choosing(Choosing.Mistake.OWN_RANDOM),
            "what was asked before"),
        new Mutant(
            RehearsalRule.DAT_10,
            "a choice by turns",
            choosing(Choosing.Mistake.COUNTS_ITS_CALLS),
            "what was asked before"),
        new Mutant(
            RehearsalRule.DAT_10,
            "a choice by the number of finished tasks",
            choosing(Choosing.Mistake.BY_WHAT_IT_HAS_SEEN),
            "what is kept"),
        new Mutant(
            RehearsalRule.DAT_10,
            "a state that counts choices",
            choosing(Choosing.Mistake.IN_THE_STATE),
            "other bytes"),
        new Mutant(
            RehearsalRule.DAT_10,
            "no choice before the first task has ended",
            choosing(Choosing.Mistake.FROM_THE_SECOND_TASK_ON),
            "settings alone"),
        new Mutant(
            RehearsalRule.DAT_10,
            "losses after a step that it does not declare",
            choosing(Choosing.Mistake.READS_UNDECLARED),
            "declares no virtual step"),
        new Mutant(
            RehearsalRule.DAT_10,
            "a virtual step whose losses it does not read",
            choosing(Choosing.Mistake.DECLARES_UNREAD),
            "never called"),
        new Mutant(
            RehearsalRule.DAT_10,
            "a virtual step of no length",
            choosing(Choosing.Mistake.NO_LENGTH),
            "above 0"),
        new Mutant(
            RehearsalRule.DAT_10,
            "a count of all candidates",
            choosing(Choosing.Mistake.SAYS_ALL_CANDIDATES),
            "the number of candidates"));
  }

  private static Stub.OfRehearsal altered(UnaryOperator<Rehearsal> alter) {
    return new Stub.OfRehearsal(List.of(CAPACITY), s -> alter.apply(new Buffer(s.get(CAPACITY))));
  }

  @TestFactory
  Stream<DynamicTest> every_mutant_is_refused_by_its_rule() {
    return Stream.of(mutants(), altered(), choices(), costs()).flatMap(Mutant::tests);
  }

  @Test
  void every_rule_has_a_mutant() {
    Mutant.cover(
        Stream.of(mutants(), choices(), costs()).flatMap(List::stream).toList(),
        List.of(RehearsalRule.values()));
  }

  @Test
  void without_a_mistake_every_rule_of_the_kind_is_kept() {
    List<Provider<?>> good = List.of(buffer(), roomy(), choosing());
    for (Provider<?> provider : good) {
      boolean chooses = provider == good.get(2);
      assertThat(Certification.here(Subject.of(provider)).verdicts())
          .filteredOn(v -> !(v.rule() instanceof SpiRule))
          .filteredOn(v -> chooses || v.rule() != RehearsalRule.DAT_10)
          .extracting(Verdict::outcome)
          .as("kind %s", provider.kind())
          .containsOnly(Outcome.PASSED);
    }
  }

  /** The batches as they come: there is no memory to be uniform. */
  @Test
  void a_rehearsal_that_keeps_nothing_has_no_memory_to_try() {
    Stub.OfRehearsal provider = new Stub.OfRehearsal(List.of(), s -> new Buffer(0));
    assertThat(Certification.here(Subject.of(provider)).verdicts())
        .filteredOn(v -> v.rule() == RehearsalRule.DAT_04)
        .extracting(Verdict::outcome)
        .containsExactly(Outcome.NOT_APPLICABLE);
  }

  @Test
  void what_is_not_promised_is_not_asked_for() {
    Stub.OfRehearsal last =
        new Stub.OfRehearsal(
            Onset.FIRST_TASK,
            List.of(CAPACITY),
            Promise.usualWithout(Kind.REHEARSAL, Promise.UNIFORM_MEMORY),
            false,
            s -> new Buffer(s.get(CAPACITY), Mistake.KEEPS_THE_LAST));
    assertThat(Mutant.outcome(last, RehearsalRule.DAT_04)).isEqualTo(Outcome.NOT_APPLICABLE);
    assertThat(Mutant.outcome(last, SpiRule.SPI_11)).isEqualTo(Outcome.NOT_APPLICABLE);
  }

  /** They are neither of the current task nor of a finished one. */
  @Test
  void examples_of_a_corpus_may_come_with_every_batch() {
    Stub.OfRehearsal withCorpus =
        new Stub.OfRehearsal(
            Onset.LATER_TASKS,
            List.of(CAPACITY),
            Promise.usual(Kind.REHEARSAL),
            true,
            s ->
                new AlteredRehearsal(new Buffer(s.get(CAPACITY))) {
                  @Override
                  public Iterator<List<Example>> epoch(
                      TaskData current, int batchSize, RandomGenerator rng) {
                    List<List<Example>> batches = new ArrayList<>();
                    super.epoch(current, batchSize, rng)
                        .forEachRemaining(
                            b -> {
                              List<Example> more = new ArrayList<>(b);
                              more.add(current.corpus().get(batches.size()));
                              batches.add(more);
                            });
                    return batches.iterator();
                  }
                });
    assertThat(Certification.here(Subject.of(withCorpus)).verdicts())
        .filteredOn(v -> v.rule() instanceof RehearsalRule && v.rule() != RehearsalRule.DAT_10)
        .allSatisfy(v -> assertThat(v.outcome()).as(v.text()).isEqualTo(Outcome.PASSED));
  }
}
