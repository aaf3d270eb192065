package io.github.palimpsest.experiment.plan;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.component.Kind;
import io.github.palimpsest.api.discovery.PluginRegistry;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.measure.Measure;
import io.github.palimpsest.api.metric.ForgettingMetric;
import io.github.palimpsest.api.metric.NeedsReferences;
import io.github.palimpsest.api.metric.ReferenceTraining;
import io.github.palimpsest.api.recipe.Value;
import io.github.palimpsest.certificates.CertificateState;
import io.github.palimpsest.experiment.file.Axis;
import io.github.palimpsest.experiment.file.DataSet;
import io.github.palimpsest.experiment.file.Experiment;
import io.github.palimpsest.experiment.subject.Measures;
import io.github.palimpsest.experiment.subject.ScoreRows;
import io.github.palimpsest.results.folder.CellHistory;
import io.github.palimpsest.results.folder.Fingerprint;
import io.github.palimpsest.results.folder.GridPlan;
import io.github.palimpsest.results.folder.GridPlan.Excluded;
import io.github.palimpsest.results.folder.ScoreScale;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The plan of an experiment: its cells by id, and the excluded combinations. Nothing has been
 * trained yet.
 *
 * @param experiment the experiment
 * @param registry the source of its components
 * @param shared everything that determines results and is the same for every cell, by name
 * @param cells recipe by recipe, each with every seed
 * @param excluded the combinations that are not run
 * @param selected what the design took of all combinations
 * @param metrics the metrics of the score matrices
 * @param planned the cells that an output folder's plan names: all of the experiment, also where
 *     only some are run
 */
public record Plan(
    Experiment experiment,
    PluginRegistry registry,
    SortedMap<String, String> shared,
    List<Cell> cells,
    List<Excluded> excluded,
    Selected selected,
    List<Component<ForgettingMetric>> metrics,
    List<Cell> planned) {
  private static final int ID_LENGTH = 16;

  /** The outcome that every recipe has, whenever its mergers act. */
  private static final String AVERAGE_SCORE = "average-score";

  /** Copies the collections. */
  public Plan {
    shared = Collections.unmodifiableSortedMap(new TreeMap<>(shared));
    cells = List.copyOf(cells);
    excluded = List.copyOf(excluded);
    metrics = List.copyOf(metrics);
    planned = List.copyOf(planned);
  }

  /** A plan that is run as a whole. */
  public Plan(
      Experiment experiment,
      PluginRegistry registry,
      SortedMap<String, String> shared,
      List<Cell> cells,
      List<Excluded> excluded,
      Selected selected,
      List<Component<ForgettingMetric>> metrics) {
    this(experiment, registry, shared, cells, excluded, selected, metrics, cells);
  }

  /**
   * Plans an experiment: reads its model and data for their hashes, and trains nothing.
   *
   * @param experiment the experiment
   * @param registry where its components come from
   * @throws PalimpsestException with its place in the file, if a level or metric is wrong, or data
   *     are missing
   */
  public static Plan of(Experiment experiment, PluginRegistry registry) {
    Grid grid =
        Grid.of(experiment, registry); // a misspelled name is reported before any file is read
    return of(experiment, registry, SharedInputs.of(experiment, registry), grid);
  }

  /**
   * Plans an experiment.
   *
   * @param experiment the experiment
   * @param registry where its components come from
   * @param shared everything except recipe and seed that determines results, by name
   * @throws PalimpsestException with its place in the file, if a level or metric is wrong
   */
  public static Plan of(
      Experiment experiment, PluginRegistry registry, SortedMap<String, String> shared) {
    return of(experiment, registry, shared, Grid.of(experiment, registry));
  }

  private static Plan of(
      Experiment experiment, PluginRegistry registry, SortedMap<String, String> shared, Grid grid) {
    components(Kind.PROBE, experiment.probes(), registry); // reported now, not after the last cell
    Measures.of(experiment, registry);
    Origins origins = new Origins(registry);
    RecipeLabel labels = RecipeLabel.in(grid.recipes(), registry);
    List<Cell> cells = new ArrayList<>();
    for (Grid.Combination combination : grid.combinations()) {
      Recipe recipe = combination.recipe();
      String label = labels.of(recipe);
      TreeMap<String, String> all = new TreeMap<>(shared);
      all.put("recipe", recipe.toString());
      for (ComponentId id : Origins.all(recipe)) {
        all.put("plugin." + id, origins.version(id) + " " + origins.sha256(id));
      }
      for (long seed : experiment.seeds()) {
        all.put("seed", Long.toString(seed));
        String id = Fingerprint.of(all).substring(0, ID_LENGTH);
        cells.add(new Cell(id, recipe, label, seed, combination.levels()));
      }
    }
    List<Component<ForgettingMetric>> metrics = metrics(experiment, registry);
    checkPrimary(experiment, registry, metrics);
    return new Plan(experiment, registry, shared, cells, grid.excluded(), grid.selected(), metrics);
  }

  /**
   * The plan of the same experiment with other seeds. Model and data are not read again.
   *
   * @param other a copy of the experiment with other seeds
   */
  public Plan with(Experiment other) {
    return of(other, registry, shared);
  }

  /**
   * What is said before anything runs: of each rule of the file's {@code exclude} that leaves out
   * no combination, and of each component whose certificate says that it breaks a rule.
   */
  public List<String> warnings() {
    Origins origins = new Origins(registry);
    Stream<String> refused =
        certificates().entrySet().stream()
            .filter(e -> e.getValue() == CertificateState.FAILED)
            .map(e -> origins.source(e.getKey()).refusal());
    return Stream.concat(Grid.idleRules(experiment, excluded).stream(), refused).toList();
  }

  /**
   * The plan as JSON: all planned cells with their levels, and the excluded combinations with
   * reasons.
   */
  public GridPlan content() {
    return new GridPlan(
        experiment.name(),
        selected.content().orElse(null),
        planned.stream()
            .map(
                c ->
                    new CellHistory.Planned(
                        c.id(), c.label(), c.recipe().toString(), c.seed(), c.levels()))
            .toList(),
        Stream.concat(experiment.tasks().stream(), experiment.evaluation().stream())
            .map(set -> scale(set.name()))
            .distinct()
            .toList(),
        metrics.stream()
            .map(m -> new GridPlan.Metric(RecipeLabel.of(m, registry), higherIsBetter(m)))
            .toList(),
        excluded,
        declared().orElse(null),
        experiment.precision().orElse(null));
  }

  /** The direction of a metric for scores of the tasks' measure: a mean of scores has theirs. */
  private boolean higherIsBetter(Component<ForgettingMetric> metric) {
    List<String> tasks = experiment.tasks().stream().map(DataSet::name).toList();
    boolean higher = scale(tasks.get(0)).higherIsBetter();
    return metric.create().higherIsBetter(new ScoreRows(tasks, higher, List.of()).matrix());
  }

  /**
   * What the file declares for its analysis. Forgetting is not defined for a recipe whose mergers
   * act only at the end, so a file with such a recipe and no declared outcome claims the average
   * score, which every recipe has.
   */
  private Optional<GridPlan.Declared> declared() {
    Optional<GridPlan.Declared> written = experiment.analysis();
    List<String> names = metrics.stream().map(m -> RecipeLabel.of(m, registry)).toList();
    boolean undefined =
        experiment.tasks().size() > 1
            && cells.stream().anyMatch(c -> Unmerged.of(c.recipe()).isPresent());
    boolean named = written.map(d -> !d.outcomes().isEmpty()).orElse(false);
    return undefined && !named && names.contains(AVERAGE_SCORE)
        ? Optional.of(
            new GridPlan.Declared(
                List.of(AVERAGE_SCORE), written.map(GridPlan.Declared::margin).orElse(null)))
        : written;
  }

  /** Refuses a primary outcome that no result will have. */
  private static void checkPrimary(
      Experiment experiment, PluginRegistry registry, List<Component<ForgettingMetric>> metrics) {
    List<String> known = new ArrayList<>();
    metrics.forEach(m -> known.add(RecipeLabel.of(m, registry)));
    experiment.evaluation().forEach(set -> known.add("drift of " + set.name()));
    List<String> primary = experiment.analysis().map(GridPlan.Declared::outcomes).orElse(List.of());
    for (int i = 0; i < primary.size(); i++) {
      String wanted = primary.get(i);
      if (!known.contains(wanted)) {
        throw experiment
            .places()
            .primary()
            .get(i)
            .error(
                "primary outcome '"
                    + wanted
                    + "' is no metric of this experiment and no drift of an evaluation set"
                    + NearestName.meant(wanted, known)
                    + " (there are "
                    + String.join(", ", known)
                    + ")");
      }
    }
  }

  /**
   * The cell with an id.
   *
   * @throws IllegalArgumentException if the plan has none
   */
  public Cell cell(String id) {
    return cells.stream()
        .filter(c -> c.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no cell of the plan is '" + id + "'"));
  }

  /** The plan with all planned cells. */
  public Plan whole() {
    return running(planned);
  }

  private Plan running(List<Cell> some) {
    return new Plan(experiment, registry, shared, some, excluded, selected, metrics, planned);
  }

  /**
   * A copy that runs some of its cells. The others stay planned.
   *
   * @param ids the beginnings of the cells' ids
   * @throws PalimpsestException if one matches no cell, or several
   */
  public Plan only(List<String> ids) {
    Set<String> chosen = new HashSet<>();
    Map<String, Cell> byId = new HashMap<>();
    cells.forEach(c -> byId.put(c.id(), c));
    for (String id : ids) {
      Cell whole = byId.get(id);
      List<Cell> named =
          whole == null
              ? cells.stream().filter(c -> c.id().startsWith(id)).toList()
              : List.of(whole);
      if (named.size() != 1) {
        throw new PalimpsestException(
            "cell '"
                + id
                + "' names "
                + (named.isEmpty() ? "none" : "" + named.size())
                + " of the plan's "
                + cells.size()
                + " cells"
                + NearestName.meant(id, cells.stream().map(Cell::id).toList()));
      }
      chosen.add(named.get(0).id());
    }
    return running(cells.stream().filter(c -> chosen.contains(c.id())).toList());
  }

  /** How the tasks and evaluation sets are scored. */
  public Measures measures() {
    return Measures.of(experiment, registry);
  }

  /** The measure of a task or evaluation set, without its defaults. */
  public ScoreScale scale(String set) {
    Component<Measure> measure = measures().component(set);
    Measure made = measure.create();
    return new ScoreScale(RecipeLabel.of(measure, registry), made.unit(), made.higherIsBetter());
  }

  private Stream<ComponentId> measured() {
    Measures measures = measures();
    return Stream.concat(experiment.tasks().stream(), experiment.evaluation().stream())
        .map(set -> measures.component(set.name()).id());
  }

  /** Whether each component of any cell, each metric and each measure is certified as it is now. */
  public SortedMap<ComponentId, CertificateState> certificates() {
    Origins origins = new Origins(registry);
    TreeMap<ComponentId, CertificateState> states = new TreeMap<>();
    Stream.concat(
            cells.stream().flatMap(c -> Origins.all(c.recipe()).stream()),
            Stream.concat(metrics.stream().map(Component::id), measured()))
        .forEach(id -> states.computeIfAbsent(id, origins::certificate));
    return states;
  }

  /** The SHA-256 of the ids of the cells, and so of everything that determines any result. */
  public String sha256() {
    TreeMap<String, String> ids = new TreeMap<>();
    cells.forEach(c -> ids.put(c.id(), ""));
    return Fingerprint.of(ids);
  }

  /** The reference models that the metrics need. */
  public SortedSet<ReferenceTraining> references() {
    TreeSet<ReferenceTraining> all = new TreeSet<>();
    metrics.forEach(m -> NeedsReferences.of(m).ifPresent(all::add));
    return all;
  }

  /** Those of the file, or all that take no training of reference models. */
  private static List<Component<ForgettingMetric>> metrics(
      Experiment experiment, PluginRegistry registry) {
    return experiment.metrics().isEmpty()
        ? Plan.<ForgettingMetric>all(Kind.METRIC, registry).stream()
            .filter(m -> NeedsReferences.of(m).isEmpty())
            .toList()
        : components(Kind.METRIC, experiment.metrics(), registry);
  }

  /** Every registered component of a kind, at its defaults. */
  public static <T> List<Component<T>> all(Kind kind, PluginRegistry registry) {
    return registry.all(kind).stream()
        .map(r -> Plan.<T>component(kind, Value.Call.word(r.provider().id().value()), registry))
        .toList();
  }

  /**
   * The components of a kind that an experiment file names.
   *
   * @throws PalimpsestException with its place in the file, if one is unknown or has a wrong
   *     setting
   */
  public static <T> List<Component<T>> components(
      Kind kind, List<Axis.Level> written, PluginRegistry registry) {
    List<Component<T>> components = new ArrayList<>();
    for (Axis.Level level : written) {
      for (Value.Call call : level.text().sum()) {
        try {
          components.add(component(kind, call, registry));
        } catch (PalimpsestException e) {
          throw level.place().error(e);
        }
      }
    }
    return components;
  }

  @SuppressWarnings("unchecked") // a provider's kind is fixed by its interface
  public static <T> Component<T> component(Kind kind, Value.Call call, PluginRegistry registry) {
    return (Component<T>) registry.component(kind, call);
  }
}
