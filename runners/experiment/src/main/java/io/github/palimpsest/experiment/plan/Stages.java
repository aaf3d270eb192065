package io.github.palimpsest.experiment.plan;

import io.github.palimpsest.api.component.Component;
import io.github.palimpsest.api.component.ComponentId;
import io.github.palimpsest.api.discovery.Recipe;
import io.github.palimpsest.api.merger.Merger;
import io.github.palimpsest.results.folder.Fingerprint;
import io.github.palimpsest.results.query.Cause;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
  private final Map<String, SortedMap<String, String>> inputs = new HashMap<>();
  private final Map<Cell, List<Stage>> chains = new LinkedHashMap<>();

  private Stages(Plan plan, boolean sharing) {
    this.plan = plan;
    this.sharing = sharing;
    this.origins = new Origins(plan.registry());
    for (Cell cell : plan.cells()) {
      List<Stage> chain = new ArrayList<>();
      for (int task = 0; task < plan.experiment().tasks().size(); task++) {
        Stage stage = stage(cell, task, chain);
        chain.add(byId.computeIfAbsent(stage.id(), id -> stage));
      }
      chains.put(cell, List.copyOf(chain));
    }
  }

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
    List<Stage> chain = chains.get(cell);
    if (chain == null) {
      throw new IllegalArgumentException("cell " + cell.id() + " is not in the plan");
    }
    return chain;
  }

  /** Everything that determines a stage, by name; its id is the beginning of its hash. */
  public SortedMap<String, String> inputs(Stage stage) {
    return inputs.getOrDefault(stage.id(), new TreeMap<>());
  }

  /** The number of task trainings without sharing. */
  public int withoutSharing() {
    return plan.cells().size() * plan.experiment().tasks().size();
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
    TreeMap<String, String> all = new TreeMap<>();
    plan.shared()
        .forEach(
            (key, value) -> {
              Matcher m = OF_TASK.matcher(key);
              if (key.startsWith("evaluation") || m.matches()) {
                all.put(key, value);
              }
            });
    if (task < 0) {
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
    } else {
      all.put("stage", of(cell).get(task).id());
      boolean last = task == plan.experiment().tasks().size() - 1;
      List<Component<Merger>> acting =
          recipe.mergers().stream().filter(m -> last || !Unmerged.onlyAtEnd(m)).toList();
      for (int i = 0; i < acting.size(); i++) {
        all.put("merger." + i, acting.get(i).toString());
        plugin(all, acting.get(i).id());
      }
    }
    if (!sharing) {
      all.put("cell", cell.id());
    }
    return id(all);
  }

  /**
   * The ids of all rows of a cell: before training, after each task, and after the last task once
   * more if a merger acts only then.
   */
  public List<String> rows(Cell cell) {
    int tasks = plan.experiment().tasks().size();
    List<String> rows = new ArrayList<>();
    for (int task = -1; task < tasks; task++) {
      rows.add(row(cell, task));
    }
    Unmerged.of(cell.recipe()).ifPresent(r -> rows.add(row(cell, r, tasks - 1)));
    return rows;
  }

  private void copy(SortedMap<String, String> into, String... keys) {
    for (String key : keys) {
      Optional.ofNullable(plan.shared().get(key)).ifPresent(v -> into.put(key, v));
    }
  }

  private Stage stage(Cell cell, int task, List<Stage> before) {
    Recipe acting = ActingRecipe.in(cell.recipe(), task);
    Stage parent = before.isEmpty() ? null : before.get(before.size() - 1);
    TreeMap<String, String> all = new TreeMap<>();
    plan.shared()
        .forEach(
            (key, value) -> {
              if (determinesStage(key, task)) {
                all.put(key, value);
              }
            });
    all.put("task", Integer.toString(task));
    all.put("recipe", acting.toString());
    all.put("seed", Long.toString(cell.seed()));
    Origins.all(acting).forEach(id -> plugin(all, id));
    if (parent != null) {
      all.put("parent", parent.id());
    }
    if (!sharing) {
      all.put("cell", cell.id());
    }
    String id = id(all);
    inputs.putIfAbsent(id, Collections.unmodifiableSortedMap(all));
    return new Stage(id, task, acting, cell.seed(), parent);
  }

  private void plugin(SortedMap<String, String> all, ComponentId id) {
    all.put("plugin." + id, origins.version(id) + " " + origins.sha256(id));
  }

  /** A stage is its weights and, if it has points, their scores. */
  private boolean determinesStage(String key, int task) {
    boolean scores = plan.experiment().points() > 0;
    Matcher m = OF_TASK.matcher(key);
    if (m.matches()) {
      return Integer.parseInt(m.group(1)) <= task + 1
          && (scores || !Cause.SCORING_INPUTS.contains(m.group(2)));
    }
    return scores || !key.startsWith("evaluation");
  }

  private static String id(SortedMap<String, String> all) {
    return Fingerprint.of(all).substring(0, ID_LENGTH);
  }
}
