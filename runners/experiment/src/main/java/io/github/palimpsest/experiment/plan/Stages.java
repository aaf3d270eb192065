package io.github.palimpsest.experiment.plan;

import static java.util.stream.Collectors.joining;

import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.api.metric.ReferenceTraining;
import io.github.palimpsest.results.folder.Fingerprint;
import io.github.palimpsest.results.query.Cause;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The trainings and evaluations of a plan's cells, each by the hash of everything that determines
 * it. Cells that differ only in components that act later, or only in their evaluation, share the
 * earlier stages, and each stage is trained once.
 */
public final class Stages {
  private static final int ID_LENGTH = 16;
  private static final Pattern OF_TASK = Pattern.compile("task\\.(\\d+)\\.(.*)");

  private final Plan plan;
  private final Origins origins;
  private final boolean sharing;
  private final Map<String, Stage> byId = new LinkedHashMap<>();
  private final Map<String, List<Stage>> chains = new LinkedHashMap<>();
  private final Map<String, SortedMap<ReferenceTraining, List<Stage>>> references = new HashMap<>();

  // a grid has far fewer recipes than cells, and fewer hashes than cells have stages and rows
  private final Map<Recipe, List<Acting>> actings = new IdentityHashMap<>();
  private final Map<String, Acting> byText = new HashMap<>();
  private final Map<StageKey, Stage> hashed = new HashMap<>();
  private final Map<String, String> cellOf = new HashMap<>();
  private final SortedMap<String, String> scoring = new TreeMap<>();
  private final Map<Component<?>, String> texts =
      Collections.synchronizedMap(new IdentityHashMap<>());
  private final Map<List<Object>, String> rows = new ConcurrentHashMap<>();

  private Stages(Plan plan, boolean sharing) {
    this.plan = plan;
    this.sharing = sharing;
    this.origins = new Origins(plan.registry());
    plan.shared()
        .forEach(
            (key, value) -> {
              if (key.startsWith("evaluation") || OF_TASK.matcher(key).matches()) {
                scoring.put(key, value);
              }
            });
    for (Cell cell : plan.cells()) {
      List<Stage> chain = new ArrayList<>();
      Stage parent = null;
      for (Acting acting : actings.computeIfAbsent(cell.recipe(), this::actings)) {
        parent = stage(cell, acting, parent);
        chain.add(parent);
      }
      chains.put(cell.id(), List.copyOf(chain));
      TreeMap<ReferenceTraining, List<Stage>> compared = new TreeMap<>();
      plan.references().forEach(kind -> compared.put(kind, references(cell, kind)));
      references.put(cell.id(), Collections.unmodifiableSortedMap(compared));
    }
  }

  /**
   * The part of a recipe that can have acted by the end of a task.
   *
   * @param text its canonical text
   * @param reference how a reference model is trained; null for a run
   * @param inputs everything that determines its stages, without the seed and the parent
   */
  private record Acting(
      int task,
      Recipe recipe,
      String text,
      @Nullable ReferenceTraining reference,
      SortedMap<String, String> inputs) {}

  /** What distinguishes the stages of a plan; the cell only if nothing is shared. */
  private record StageKey(
      int task,
      String recipe,
      @Nullable ReferenceTraining reference,
      long seed,
      @Nullable String parent,
      @Nullable String cell) {}

  /**
   * The stages of a plan.
   *
   * @param sharing whether cells share equal stages
   */
  public static Stages of(Plan plan, boolean sharing) {
    return new Stages(plan, sharing);
  }

  /** All stages, each after its parent. */
  public Collection<Stage> all() {
    return Collections.unmodifiableCollection(byId.values());
  }

  /** The stages of a cell, task by task. */
  public List<Stage> of(Cell cell) {
    List<Stage> chain = chains.get(cell.id());
    if (chain == null) {
      throw new IllegalArgumentException("cell " + cell.id() + " is not in the plan");
    }
    return chain;
  }

  /** The trainings of a cell's reference models, task by task, for each kind of them. */
  public SortedMap<ReferenceTraining, List<Stage>> references(Cell cell) {
    return references.getOrDefault(cell.id(), new TreeMap<>());
  }

  /** All stages that a cell's result needs: its own, then those of its reference models. */
  public List<Stage> needed(Cell cell) {
    List<Stage> all = new ArrayList<>(of(cell));
    references(cell).values().forEach(all::addAll);
    return all.stream().distinct().toList();
  }

  /** Everything that determines a stage, by name; its id is the beginning of its hash. */
  public SortedMap<String, String> inputs(Stage stage) {
    Acting acting = byText.get(key(stage.task(), stage.recipe().toString(), stage.reference()));
    return acting == null || !byId.containsKey(stage.id())
        ? new TreeMap<>()
        : inputs(acting, stage.seed(), stage.parent(), cellOf.get(stage.id()));
  }

  /** The number of task trainings without sharing. */
  public int withoutSharing() {
    return plan.cells().size() * plan.experiment().tasks().size() * (1 + plan.references().size());
  }

  /**
   * The id of a row of scores: of a cell's weights after a task, or before the first.
   *
   * @param task the task, from 0; -1 for the weights before any training
   */
  public String row(Cell cell, int task) {
    return row(cell, cell.recipe(), task);
  }

  /**
   * The id of a row of scores of a cell with some of its mergers.
   *
   * @param recipe the cell's recipe, or {@link Unmerged} of it
   * @param task the task, from 0; -1 for the weights before any training
   */
  public String row(Cell cell, Recipe recipe, int task) {
    String alone = sharing ? "" : cell.id();
    if (task < 0) {
      return rows.computeIfAbsent(List.of(cell.seed(), alone), key -> id(rowBefore(cell)));
    }
    boolean last = task == plan.experiment().tasks().size() - 1;
    List<Component<Merger>> acting =
        recipe.mergers().stream().filter(m -> last || !Unmerged.onlyAtEnd(m)).toList();
    String stage = of(cell).get(task).id();
    String mergers = acting.stream().map(this::text).collect(joining("\n"));
    return rows.computeIfAbsent(
        List.of(stage, mergers, alone), key -> id(rowAfter(cell, stage, acting)));
  }

  /**
   * The id of the score of a cell's reference model on its task.
   *
   * @param task the task, from 0
   */
  public String row(Cell cell, ReferenceTraining reference, int task) {
    Stage stage = stage(cell, reference, task);
    String alone = sharing ? "" : cell.id();
    return rows.computeIfAbsent(
        List.of(stage.id(), reference, alone),
        key -> {
          SortedMap<String, String> all = rowAfter(cell, stage.id(), List.of());
          all.put("set", plan.experiment().tasks().get(task).name());
          return id(all);
        });
  }

  private Stage stage(Cell cell, ReferenceTraining reference, int task) {
    List<Stage> all = references(cell).get(reference);
    if (all == null) {
      throw new IllegalArgumentException("no metric of the plan needs " + reference);
    }
    return all.get(task);
  }

  private SortedMap<String, String> rowBefore(Cell cell) {
    TreeMap<String, String> all = new TreeMap<>(scoring);
    SharedInputs.CODE.keySet().forEach(code -> copy(all, code));
    copy(
        all,
        SharedInputs.FAMILY,
        "model",
        "training.max-length",
        "evaluation-batch",
        "tensorflow",
        "device");
    all.put("seed", Long.toString(cell.seed()));
    return alone(all, cell);
  }

  private SortedMap<String, String> rowAfter(
      Cell cell, String stage, List<Component<Merger>> acting) {
    TreeMap<String, String> all = new TreeMap<>(scoring);
    all.put("stage", stage);
    for (int i = 0; i < acting.size(); i++) {
      all.put("merger." + i, text(acting.get(i)));
      plugin(all, acting.get(i).id());
    }
    return alone(all, cell);
  }

  private String text(Component<?> component) {
    return texts.computeIfAbsent(component, Component::toString);
  }

  private SortedMap<String, String> alone(SortedMap<String, String> all, Cell cell) {
    if (!sharing) {
      all.put("cell", cell.id());
    }
    return all;
  }

  /**
   * The ids of all rows of a cell: before training, after each task, after the last task once more
   * if a merger acts only then, and the scores of reference models.
   */
  public List<String> rows(Cell cell) {
    int tasks = plan.experiment().tasks().size();
    List<String> rows = new ArrayList<>();
    for (int task = -1; task < tasks; task++) {
      rows.add(row(cell, task));
    }
    Unmerged.of(cell.recipe()).ifPresent(r -> rows.add(row(cell, r, tasks - 1)));
    rows.addAll(referenceRows(cell));
    return rows;
  }

  /** The ids of the scores of a cell's reference models. */
  public List<String> referenceRows(Cell cell) {
    return references(cell).keySet().stream()
        .flatMap(
            kind ->
                IntStream.range(0, plan.experiment().tasks().size())
                    .mapToObj(task -> row(cell, kind, task)))
        .toList();
  }

  private void copy(SortedMap<String, String> into, String... keys) {
    for (String key : keys) {
      Optional.ofNullable(plan.shared().get(key)).ifPresent(v -> into.put(key, v));
    }
  }

  private List<Acting> actings(Recipe recipe) {
    return IntStream.range(0, plan.experiment().tasks().size())
        .mapToObj(
            task -> {
              Recipe acting = ActingRecipe.in(recipe, task);
              String text = acting.toString();
              return acting(task, acting, text, null);
            })
        .toList();
  }

  private Acting acting(int task, Recipe acting, String text, @Nullable ReferenceTraining kind) {
    return byText.computeIfAbsent(
        key(task, text, kind),
        key -> new Acting(task, acting, text, kind, inputs(task, acting, kind)));
  }

  private static String key(int task, String recipe, @Nullable ReferenceTraining kind) {
    return task + " " + (kind == null ? "" : kind + " ") + recipe;
  }

  /** The reference model of the first task is what a run without anything else makes of it. */
  private List<Stage> references(Cell cell, ReferenceTraining kind) {
    Recipe recipe = ActingRecipe.ofReferences(cell.recipe());
    String text = recipe.toString();
    return IntStream.range(0, plan.experiment().tasks().size())
        .mapToObj(task -> stage(cell, acting(task, recipe, text, task == 0 ? null : kind), null))
        .toList();
  }

  private SortedMap<String, String> inputs(
      int task, Recipe acting, @Nullable ReferenceTraining kind) {
    TreeMap<String, String> all = new TreeMap<>();
    plan.shared()
        .forEach(
            (key, value) -> {
              if (determinesStage(key, task, kind)) {
                all.put(key, value);
              }
            });
    all.put("task", Integer.toString(task));
    if (kind != null) {
      all.put("reference", Stage.word(kind));
    }
    all.put("recipe", acting.toString());
    Origins.all(acting).forEach(id -> plugin(all, id));
    return Collections.unmodifiableSortedMap(all);
  }

  private static SortedMap<String, String> inputs(
      Acting acting, long seed, @Nullable Stage parent, @Nullable String cell) {
    TreeMap<String, String> all = new TreeMap<>(acting.inputs());
    all.put("seed", Long.toString(seed));
    if (parent != null) {
      all.put("parent", parent.id());
    }
    if (cell != null) {
      all.put("cell", cell);
    }
    return Collections.unmodifiableSortedMap(all);
  }

  private Stage stage(Cell cell, Acting acting, @Nullable Stage parent) {
    String alone = sharing ? null : cell.id();
    StageKey key =
        new StageKey(
            acting.task(),
            acting.text(),
            acting.reference(),
            cell.seed(),
            parent == null ? null : parent.id(),
            alone);
    return hashed.computeIfAbsent(
        key,
        k -> {
          String id = id(inputs(acting, cell.seed(), parent, alone));
          Stage stage =
              new Stage(
                  id, acting.task(), acting.recipe(), cell.seed(), parent, acting.reference());
          byId.put(id, stage);
          if (alone != null) {
            cellOf.put(id, alone);
          }
          return stage;
        });
  }

  private void plugin(SortedMap<String, String> all, ComponentId id) {
    all.put("plugin." + id, origins.version(id) + " " + origins.sha256(id));
  }

  /** A stage is its weights and, if it has points, their scores; a reference model has none. */
  private boolean determinesStage(String key, int task, @Nullable ReferenceTraining kind) {
    boolean scores = plan.experiment().points() > 0 && kind == null;
    Matcher m = OF_TASK.matcher(key);
    if (m.matches()) {
      int of = Integer.parseInt(m.group(1)) - 1;
      return (kind == ReferenceTraining.ALONE ? of == task : of <= task)
          && (scores || !Cause.SCORING_INPUTS.contains(m.group(2)));
    }
    return scores || !key.startsWith("evaluation");
  }

  private static String id(SortedMap<String, String> all) {
    return Fingerprint.of(all).substring(0, ID_LENGTH);
  }
}
