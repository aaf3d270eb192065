package io.github.palimpsest.execution.probe;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.adapter.PeftAdapter;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.RecipeLabel;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.StageLoops;
import io.github.palimpsest.experiment.subject.Spread;
import io.github.palimpsest.experiment.subject.Subject;
import io.github.palimpsest.results.folder.ProbeResult;
import io.github.palimpsest.storage.DamagedFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Measures the final weights of finished cells with probes, which describes them. Every cell sees
 * the same examples and the same random stream, so that compared cells have equal directions.
 * Existing measurements are not repeated. {@link StageProbeRun} measures what can foretell.
 */
public final class ProbeRun {
  private final Plan plan;
  private final Subject subject;
  private final int sample;
  private final String on;
  private final ProbeListener listener;
  private final ProbeStore store;

  /**
   * @param plan the plan of the folder
   * @param subject the model and data
   * @param folder the output folder
   * @param sample the examples for the loss
   * @param listener receives all events
   * @throws PalimpsestException if the plan has no such task or evaluation set
   */
  public ProbeRun(
      Plan plan, Subject subject, Path folder, ProbeSample sample, ProbeListener listener) {
    this.plan = plan;
    this.subject = subject;
    this.sample = sample.examples();
    this.on = on(plan, sample.on());
    this.listener = listener;
    this.store = new ProbeStore(plan, folder);
  }

  /**
   * Probes from their text, for example {@code sam-gap(rho=0.1)}.
   *
   * @throws PalimpsestException if one is unknown or has a wrong setting
   */
  public static List<Component<Probe>> probes(Plan plan, List<String> texts) {
    return texts.stream()
        .flatMap(text -> RecipeText.parse(text).sum().stream())
        .map(call -> Plan.<Probe>component(Kind.PROBE, call, plan.registry()))
        .toList();
  }

  /** Every registered probe at its defaults. */
  public static List<Component<Probe>> all(Plan plan) {
    return Plan.all(Kind.PROBE, plan.registry());
  }

  /**
   * Measures. A probe that fails on a cell is told to the listener, and the others go on.
   *
   * @param cells the cells
   * @param probes the probes
   * @return the measurements that there are, cell by cell
   * @throws DamagedFileException if a cell's weights are damaged; a run trains them again
   * @throws PalimpsestException if a cell has no weights in the folder
   */
  public List<ProbeResult> measure(List<Cell> cells, List<Component<Probe>> probes) {
    List<Example> examples = Spread.over(subject.examples(on), sample);
    List<ProbeResult> all = new ArrayList<>();
    for (Cell cell : cells) {
      List<Component<Probe>> missing =
          store.missing(
              cell.id(),
              probes,
              probe -> file(cell, probe, examples.size()),
              ProbeResult.class,
              listener,
              all);
      if (!missing.isEmpty()) {
        all.addAll(measure(cell, missing, examples));
      }
    }
    return all;
  }

  private List<ProbeResult> measure(
      Cell cell, List<Component<Probe>> probes, List<Example> examples) {
    List<ProbeResult> all = new ArrayList<>();
    try (ProbedWeights at =
        new ProbedWeights(
            plan, subject, listener, cell.id(), weights(cell), cell.seed(), examples)) {
      for (Component<Probe> probe : probes) {
        at.take(probe)
            .ifPresent(
                taken -> {
                  ProbeResult measurement =
                      new ProbeResult(
                          cell.id(),
                          RecipeLabel.of(probe, plan.registry()),
                          on,
                          examples.size(),
                          taken.values());
                  measurement.write(file(cell, probe, examples.size()));
                  listener.measured(cell.id());
                  all.add(measurement);
                });
      }
    }
    return all;
  }

  private static String on(Plan plan, String wanted) {
    List<String> names =
        Stream.concat(plan.experiment().tasks().stream(), plan.experiment().evaluation().stream())
            .map(DataSet::name)
            .toList();
    int tasks = plan.experiment().tasks().size();
    String on = wanted.isEmpty() ? names.get(tasks - 1) : wanted;
    if (!names.contains(on)) {
      throw new PalimpsestException(
          "there is no task or evaluation set '" + on + "'" + NearestName.hint(on, names));
    }
    return on;
  }

  private Path file(Cell cell, Component<Probe> probe, int examples) {
    return store.layout().probe(cell.id(), store.id(probe, on, examples));
  }

  private WeightSnapshot weights(Cell cell) {
    return weights(plan, subject, store, cell);
  }

  /**
   * The final weights of a finished cell, after its mergers.
   *
   * @param plan the plan of the folder
   * @param subject the model and data
   * @param folder the output folder
   * @throws DamagedFileException if they are damaged; a run trains them again
   * @throws PalimpsestException if the folder has none of this cell
   */
  public static WeightSnapshot weights(Plan plan, Subject subject, Path folder, Cell cell) {
    return weights(plan, subject, new ProbeStore(plan, folder), cell);
  }

  /**
   * The adapter of a finished cell, for the model that the experiment names.
   *
   * @return empty without an adapter, for one that PEFT does not support, and if the weights that
   *     it adapts are no longer those of the model, or more than it has acted on them: it was
   *     merged after a task, or mergers acted
   * @throws DamagedFileException if its state is damaged; a run trains it again
   * @throws PalimpsestException if the folder has none of this cell
   */
  public static Optional<PeftAdapter> adapter(Plan plan, Subject subject, Path folder, Cell cell) {
    Recipe recipe = cell.recipe();
    boolean onlyAdapted =
        recipe.mergers().isEmpty()
            && recipe.adapter().filter(a -> !a.create().mergesAfterTask()).isPresent();
    return onlyAdapted
        ? loop(plan, subject, new ProbeStore(plan, folder), cell).adapter()
        : Optional.empty();
  }

  private static WeightSnapshot weights(Plan plan, Subject subject, ProbeStore store, Cell cell) {
    return loop(plan, subject, store, cell).weights();
  }

  private static TaskLoop loop(Plan plan, Subject subject, ProbeStore store, Cell cell) {
    List<Stage> chain = store.chain(cell);
    Stage last = chain.get(chain.size() - 1);
    return new StageLoops(plan, subject)
        .loop(last, Seats.of(cell.recipe()), store.stages().folder(last), store.stages()::folder);
  }

  /** The probes that an experiment file asks for. */
  public static Optional<List<Component<Probe>>> planned(Plan plan) {
    List<Component<Probe>> probes =
        Plan.components(Kind.PROBE, plan.experiment().probes(), plan.registry());
    return probes.isEmpty() ? Optional.empty() : Optional.of(probes);
  }
}
