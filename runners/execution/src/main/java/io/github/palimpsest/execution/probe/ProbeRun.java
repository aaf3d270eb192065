package io.github.palimpsest.execution.probe;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.engine.ModelProbeSite;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.execution.StageStore;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.plan.Cell;
import io.github.palimpsest.experiment.plan.Origins;
import io.github.palimpsest.experiment.plan.Plan;
import io.github.palimpsest.experiment.plan.RecipeLabel;
import io.github.palimpsest.experiment.plan.Stage;
import io.github.palimpsest.experiment.plan.StageLoops;
import io.github.palimpsest.experiment.plan.Stages;
import io.github.palimpsest.experiment.subject.Spread;
import io.github.palimpsest.experiment.subject.Subject;
import io.github.palimpsest.results.folder.Fingerprint;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.Measurement;
import io.github.palimpsest.storage.DamagedFileException;
import io.github.palimpsest.storage.OutputException;
import io.github.palimpsest.storage.Quarantine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Measures finished cells with probes. Every cell sees the same examples and the same random
 * stream, so that directions are equal for all that are compared; what has been measured is not
 * measured again.
 */
public final class ProbeRun {
  private static final int BATCH = 16;
  private static final int ID_LENGTH = 16;

  private final Plan plan;
  private final Subject subject;
  private final Path folder;
  private final ProbeSample sample;
  private final ProbeListener listener;

  /**
   * @param plan the plan of the folder
   * @param subject what it trains
   * @param folder the output folder
   * @param sample what the loss is taken on
   * @param listener is told of everything
   */
  public ProbeRun(
      Plan plan, Subject subject, Path folder, ProbeSample sample, ProbeListener listener) {
    this.plan = plan;
    this.subject = subject;
    this.folder = folder;
    this.sample = sample;
    this.listener = listener;
  }

  /**
   * Probes as written, for example {@code sam-gap(rho=0.1)}.
   *
   * @throws PalimpsestException if one is not known, or is set wrongly
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
  public List<Measurement> measure(List<Cell> cells, List<Component<Probe>> probes) {
    String on = on();
    List<Example> examples = Spread.over(subject.examples(on), sample.examples());
    List<Measurement> all = new ArrayList<>();
    for (Cell cell : cells) {
      List<Component<Probe>> missing = new ArrayList<>();
      for (Component<Probe> probe : probes) {
        Path file = file(cell, probe, on, examples.size());
        Optional<Measurement> known = known(file);
        known.ifPresentOrElse(
            m -> {
              listener.measured(cell, m);
              all.add(m);
            },
            () -> missing.add(probe));
      }
      if (!missing.isEmpty()) {
        all.addAll(measure(cell, missing, on, examples));
      }
    }
    return all;
  }

  /** What is in a file; of a damaged one nothing, so that it is measured again. */
  private Optional<Measurement> known(Path file) {
    try {
      return Files.isRegularFile(file)
          ? Optional.of(JsonFile.read(file, Measurement.class))
          : Optional.empty();
    } catch (DamagedFileException e) {
      try {
        new Quarantine(folder.toAbsolutePath().normalize()).take(file);
      } catch (IOException io) {
        throw new OutputException(file, io);
      }
      listener.damaged(e.getMessage() + "; it is measured again");
      return Optional.empty();
    }
  }

  private List<Measurement> measure(
      Cell cell, List<Component<Probe>> probes, String on, List<Example> examples) {
    List<Measurement> all = new ArrayList<>();
    try (ModelProbeSite site =
        new ModelProbeSite(
            subject.model(),
            weights(cell),
            subject.pretrained(cell.seed()),
            examples,
            BATCH,
            plan.experiment().device())) {
      for (Component<Probe> component : probes) {
        measured(cell, component, on, examples.size(), site).ifPresent(all::add);
      }
    }
    return all;
  }

  private Optional<Measurement> measured(
      Cell cell, Component<Probe> component, String on, int examples, ModelProbeSite site) {
    Measurement measurement;
    try {
      Probe probe = component.create();
      long passes = probe.passes();
      listener.begun(cell, component, passes);
      CountedSite counted =
          new CountedSite(site, done -> listener.passed(cell, done, Math.max(done, passes)));
      measurement =
          new Measurement(
              cell.id(),
              RecipeLabel.of(component, plan.registry()),
              on,
              examples,
              // one stream for all: the cells that are compared get the same directions
              probe.measure(counted, Streams.stream(0, "probe", 0, 0)));
    } catch (DamagedFileException e) {
      throw e;
    } catch (RuntimeException | Error e) { // a third party's, maybe
      String reason = e instanceof PalimpsestException ? e.getMessage() : e.toString();
      listener.failed(
          cell, component, new Origins(plan.registry()).told(String.valueOf(reason), component));
      return Optional.empty();
    }
    measurement.write(file(cell, component, on, examples));
    listener.measured(cell, measurement);
    return Optional.of(measurement);
  }

  private String on() {
    List<String> names =
        Stream.concat(plan.experiment().tasks().stream(), plan.experiment().evaluation().stream())
            .map(DataSet::name)
            .toList();
    int tasks = plan.experiment().tasks().size();
    String on = sample.on().isEmpty() ? names.get(tasks - 1) : sample.on();
    if (!names.contains(on)) {
      throw new PalimpsestException(
          "there is no task or evaluation set '" + on + "'" + NearestName.hint(on, names));
    }
    return on;
  }

  private Path file(Cell cell, Component<Probe> probe, String on, int examples) {
    TreeMap<String, String> all = new TreeMap<>();
    ComponentId id = probe.id();
    Origins origins = new Origins(plan.registry());
    all.put("probe", probe.toString());
    all.put("plugin", origins.version(id) + " " + origins.sha256(id));
    all.put("on", on);
    all.put("examples", Integer.toString(examples));
    return new FolderLayout(folder.toAbsolutePath().normalize())
        .probe(cell.id(), Fingerprint.of(all).substring(0, ID_LENGTH));
  }

  private WeightSnapshot weights(Cell cell) {
    StageStore store = new StageStore(folder.toAbsolutePath().normalize());
    Seats strategy = Seats.of(cell.recipe());
    return Stream.of(true, false)
        .map(sharing -> last(Stages.of(plan, sharing).of(cell)))
        .filter(store::trained)
        .findFirst()
        .map(stage -> loops(stage, strategy, store))
        .orElseThrow(
            () ->
                new PalimpsestException(
                    "cell '"
                        + cell.id()
                        + "' has no weights in '"
                        + folder
                        + "': run it to its end first"));
  }

  private WeightSnapshot loops(Stage stage, Seats strategy, StageStore store) {
    return new StageLoops(plan, subject).loop(stage, strategy, store.folder(stage)).weights();
  }

  private static Stage last(List<Stage> chain) {
    return chain.get(chain.size() - 1);
  }

  /** The probes that an experiment file asks for. */
  public static Optional<List<Component<Probe>>> planned(Plan plan) {
    List<Component<Probe>> probes =
        Plan.components(Kind.PROBE, plan.experiment().probes(), plan.registry());
    return probes.isEmpty() ? Optional.empty() : Optional.of(probes);
  }
}
