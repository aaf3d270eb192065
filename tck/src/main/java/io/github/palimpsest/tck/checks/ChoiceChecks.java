package io.github.palimpsest.tck.checks;

import static io.github.palimpsest.tck.rule.RehearsalRule.DAT_10;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.rehearsal.Candidates;
import io.github.palimpsest.api.rehearsal.Rehearsal;
import io.github.palimpsest.api.rehearsal.RehearsalChoice;
import io.github.palimpsest.tck.Check.Trial;
import io.github.palimpsest.tck.Feature;
import io.github.palimpsest.tck.Finding;
import io.github.palimpsest.tck.NotApplicable;
import io.github.palimpsest.tck.rule.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** The checks of a choice among candidates, with losses that the kit makes up. */
final class ChoiceChecks {
  private static final int MOST = 3;
  private static final String A_FUNCTION = "the same places for the same candidates and losses";

  private final RehearsalTrial trial;

  ChoiceChecks(RehearsalTrial trial) {
    this.trial = trial;
  }

  Map<Rule, Trial> trials() {
    return Map.of(DAT_10, this::chosenIsAFunctionOfItsArguments);
  }

  /** What the losses of a trial are like. */
  private enum Losses {
    DRAWN,
    EQUAL,
    INFINITE_AFTER
  }

  /** The candidates of a batch, with losses of the kit. */
  private static final class Given implements Candidates {
    private final List<Example> current;
    private final List<Example> examples;
    private final double[] before;
    private final double[] after;
    private final boolean virtual;
    private boolean readAfter;

    Given(List<Example> current, List<Example> examples, boolean virtual, Losses like, long draw) {
      this.current = List.copyOf(current);
      this.examples = List.copyOf(examples);
      this.virtual = virtual;
      before = new double[examples.size()];
      after = new double[examples.size()];
      RandomGenerator rng = RehearsalTrial.rng("losses", like.ordinal(), draw);
      for (int i = 0; i < before.length; i++) {
        before[i] = like == Losses.EQUAL ? 2 : 4 * rng.nextDouble();
        after[i] = like == Losses.EQUAL ? 2 : before[i] + rng.nextGaussian();
        if (like == Losses.INFINITE_AFTER && i % 2 == 1) {
          after[i] = Double.POSITIVE_INFINITY;
        }
      }
    }

    @Override
    public List<Example> current() {
      return current;
    }

    @Override
    public List<Example> examples() {
      return examples;
    }

    @Override
    public double lossBefore(int place) {
      return before[place];
    }

    @Override
    public double lossAfter(int place) {
      if (!virtual) {
        throw new IllegalStateException("the choice declares no virtual step");
      }
      readAfter = true;
      return after[place];
    }
  }

  private void chosenIsAFunctionOfItsArguments() {
    Optional<RehearsalChoice> untrained = trial.subject().create().choice();
    for (int finished = 0; finished <= MOST; finished++) {
      Optional<RehearsalChoice> own = trial.after(trial.subject(), finished).choice();
      int after = finished;
      Expect.that(
          described(own).equals(described(untrained)),
          () ->
              new Finding(
                  after + " tasks finished, and an object that has seen none",
                  "a choice of the settings alone: " + described(untrained),
                  described(own)));
    }
    NotApplicable.unless(untrained.isPresent(), Feature.CHOOSES);
    RehearsalChoice fresh = untrained.orElseThrow();
    fresh
        .virtualStep()
        .ifPresent(
            alpha ->
                Expect.that(
                    alpha > 0 && Double.isFinite(alpha),
                    () ->
                        new Finding(
                            "virtualStep()",
                            "empty, or above 0 and finite",
                            String.valueOf(alpha))));
    List<Given> all = new ArrayList<>();
    for (int finished = 1; finished <= MOST; finished++) {
      all.addAll(trial(finished, fresh));
    }
    NotApplicable.unless(!all.isEmpty(), Feature.KEEPS_EXAMPLES);
    Expect.that(
        fresh.virtualStep().isEmpty() || all.stream().anyMatch(g -> g.readAfter),
        () ->
            new Finding(
                all.size() + " batches with candidates",
                "a virtual step whose losses are read: it costs a pass",
                "lossAfter is never called"));
  }

  private static String described(Optional<RehearsalChoice> choice) {
    return choice.map(c -> "a choice, virtual step " + described(c.virtualStep())).orElse("none");
  }

  private static String described(OptionalDouble step) {
    return step.isPresent() ? String.valueOf(step.getAsDouble()) : "none";
  }

  /** The batches with candidates of an epoch, each with every kind of losses. */
  private List<Given> trial(int finished, RehearsalChoice fresh) {
    Rehearsal own = trial.after(trial.subject(), finished);
    RehearsalChoice choice = own.choice().orElseThrow();
    List<Given> given = given(own, finished, choice.virtualStep().isPresent());
    byte[] state = own.state();
    List<List<Integer>> first = given.stream().map(g -> places(choice, g)).toList();
    List<Given> backwards = new ArrayList<>(given);
    Collections.reverse(backwards);
    List<List<Integer>> again =
        new ArrayList<>(backwards.stream().map(g -> places(choice, g)).toList());
    Collections.reverse(again);
    equal(first, again, "the same object, asked again in another order", "what was asked before");
    equal(
        first,
        given.stream().map(g -> places(fresh, g)).toList(),
        "an object that has seen no task",
        "what is kept: read it from the candidates");
    Expect.that(
        Arrays.equals(state, own.state()),
        () ->
            new Finding(
                finished + " tasks finished, " + given.size() + " choices",
                "the state as it was",
                "a state of other bytes"));
    countsAsSaid(own, finished, given, first);
    return given;
  }

  private List<Given> given(Rehearsal own, int finished, boolean virtual) {
    Set<String> current = RehearsalTrial.idsOf(trial.task(finished));
    Set<String> corpus = trial.corpusIds();
    List<Given> all = new ArrayList<>();
    for (List<Example> batch : trial.epoch(own, finished, 0)) {
      List<Example> now = batch.stream().filter(e -> current.contains(e.id())).toList();
      List<Example> candidates =
          batch.stream()
              .filter(e -> !current.contains(e.id()) && !corpus.contains(e.id()))
              .toList();
      if (!candidates.isEmpty()) {
        for (Losses like : Losses.values()) {
          all.add(new Given(now, candidates, virtual, like, all.size()));
        }
      }
    }
    return all;
  }

  private static List<Integer> places(RehearsalChoice choice, Given given) {
    String fixture =
        "candidates: " + given.examples.size() + ", current examples: " + given.current.size();
    List<Integer> places =
        Expect.given(
            fixture,
            "the places of the chosen candidates",
            () -> List.copyOf(choice.chosen(given)));
    Expect.that(
        new HashSet<>(places).size() == places.size()
            && places.stream().allMatch(p -> p >= 0 && p < given.examples.size()),
        () ->
            new Finding(
                fixture,
                "different places from 0 to " + (given.examples.size() - 1),
                places.toString()));
    return places;
  }

  private static void equal(
      List<List<Integer>> a, List<List<Integer>> b, String which, String typical) {
    int i =
        IntStream.range(0, a.size()).filter(k -> !a.get(k).equals(b.get(k))).findFirst().orElse(-1);
    Expect.that(
        i < 0,
        () -> new Finding(which, A_FUNCTION + ": " + a.get(i), b.get(i).toString(), typical));
  }

  /** Each kind of losses once: as many are chosen in an epoch as {@code rehearsed} says. */
  private static void countsAsSaid(
      Rehearsal own, int finished, List<Given> given, List<List<Integer>> chosen) {
    OptionalLong said = own.rehearsed(finished, RehearsalTrial.EXAMPLES);
    if (said.isEmpty()) {
      return;
    }
    int kinds = Losses.values().length;
    long count =
        IntStream.range(0, given.size())
            .filter(i -> i % kinds == Losses.DRAWN.ordinal())
            .mapToLong(i -> chosen.get(i).size())
            .sum();
    Expect.that(
        count == said.getAsLong(),
        () ->
            new Finding(
                RehearsalTrial.EXAMPLES + " examples, " + finished + " tasks finished",
                "as many chosen in an epoch as rehearsed() says, " + said.getAsLong(),
                count + " chosen",
                "the number of candidates"));
  }

  /**
   * The passes a step that a rehearsal adds to the plain one: for each current example those over
   * rehearsed examples, and for a choice those that find its losses, forward passes of a third.
   *
   * @param added the examples of an epoch that are not of the current task
   */
  double passes(Rehearsal own, int finished, long added) {
    Optional<RehearsalChoice> choice = own.choice();
    if (choice.isEmpty()) {
      return (double) added / RehearsalTrial.EXAMPLES;
    }
    boolean virtual = choice.get().virtualStep().isPresent();
    int kinds = Losses.values().length;
    List<Given> given = given(own, finished, virtual);
    OptionalLong said = own.rehearsed(finished, RehearsalTrial.EXAMPLES); // rule DAT-10 checks it
    long candidates = 0;
    long chosen = said.orElse(0);
    for (int i = Losses.DRAWN.ordinal(); i < given.size(); i += kinds) {
      candidates += given.get(i).examples.size();
      chosen += said.isPresent() ? 0 : places(choice.get(), given.get(i)).size();
    }
    double rehearsed = (double) (added - candidates + chosen) / RehearsalTrial.EXAMPLES;
    double losses = (virtual ? 2 : 1) * candidates / (3.0 * RehearsalTrial.EXAMPLES);
    return rehearsed + losses + (virtual && candidates > 0 ? 1 : 0);
  }

  /** The choices of an epoch as text. */
  String behaviour(Rehearsal own, int finished) {
    return own.choice()
        .map(
            c ->
                described(own.choice())
                    + given(own, finished, c.virtualStep().isPresent()).stream()
                        .map(g -> c.chosen(g).toString())
                        .toList())
        .orElse("");
  }
}
