package io.github.palimpsest.results.items;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.results.folder.FolderLayout;
import io.github.palimpsest.results.folder.Json;
import io.github.palimpsest.results.folder.JsonFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A folder, written by hand, of one task and three kept sets: {@code quiz} has choices, {@code
 * bits} is scored in a unit, and {@code half} has outcomes between right and wrong.
 */
final class FlippedFolder {
  /** The choices of each item of the quiz; the second is right. */
  static final List<String> CHOICES = List.of("x", "y", "z");

  private final Path root;
  private final ObjectNode plan = Json.object().put("experiment", "flipped");
  private final ArrayNode cells = plan.putArray("cells");

  FlippedFolder(Path root) {
    this.root = root;
    ArrayNode measures = plan.putArray("measures");
    measures.addObject().put("name", "accuracy").put("unit", "").put("higher_is_better", true);
    measures.addObject().put("name", "bits").put("unit", "bits").put("higher_is_better", false);
  }

  /** The file of the items of the quiz. */
  Path quiz() {
    return new FolderLayout(root).items("quiz");
  }

  /**
   * Adds a finished cell. The model chooses {@code y} where it is right, {@code x} where it is
   * wrong before the task and {@code z} where it is wrong after it.
   *
   * @param before what is right (1) and wrong (0) in the quiz before the task
   * @param after the same after it
   */
  FlippedFolder cell(String recipe, long seed, String before, String after) throws IOException {
    String id = recipe + "-" + seed;
    cells.addObject().put("id", id).put("label", recipe).put("recipe", recipe).put("seed", seed);
    ObjectNode result = Json.object().put("format", 1).put("id", id).put("label", recipe);
    result.put("recipe", recipe).put("seed", seed).put("measure", "accuracy");
    result.put("higher_is_better", true);
    result.set("tasks", Json.tree(List.of("task")));
    result.set("steps", Json.tree(List.of(1)));
    ObjectNode scores = result.putObject("scores");
    scores.set("before", Json.array(new double[] {0}));
    scores.putArray("after").add(Json.array(new double[] {0}));
    ObjectNode kept = result.putObject("kept");
    for (String set : List.of("quiz", "bits", "half")) {
      ObjectNode one = kept.putObject(set).put("measure", set.equals("bits") ? "bits" : "accuracy");
      one.put("before", 0.5).putArray("after").add(0.5);
    }
    ArrayNode rows = result.putArray("rows");
    row(rows.addObject(), digits(before), 0);
    row(rows.addObject(), digits(after), 2);
    Path cell = Files.createDirectories(root.resolve("cells").resolve(id));
    JsonFile.write(cell.resolve("result.json"), result);
    JsonFile.write(cell.resolve("timing.json"), Json.object());
    return this;
  }

  private static double[] digits(String text) {
    return text.chars().mapToDouble(c -> c - '0').toArray();
  }

  private static void row(ObjectNode row, double[] quiz, int wrong) {
    int[] chosen = Arrays.stream(quiz).mapToInt(v -> v == 1 ? 1 : wrong).toArray();
    set(row, "quiz", quiz).set("chosen", Json.tree(chosen));
    set(row, "task", 0, 0);
    set(row, "bits", wrong / 2.0, 1);
    set(row, "half", wrong / 2.0, 0.5);
  }

  private static ObjectNode set(ObjectNode row, String name, double... each) {
    ObjectNode set = row.putObject(name).put("value", 0.5);
    set.set("per_example", Json.array(each));
    return set;
  }

  /** Writes the plan. */
  Path write() {
    JsonFile.write(root.resolve("plan.json"), plan);
    return root;
  }

  /** Writes the plan and the items of the quiz and the task. */
  Path write(int items) {
    List<Item> quiz = new ArrayList<>();
    for (int i = 0; i < items; i++) {
      quiz.add(Item.chosen("quiz/" + i, "quiz.jsonl:" + (i + 1), "Which " + i + "?", CHOICES, 1));
    }
    FolderLayout layout = new FolderLayout(root);
    new SetItems("quiz", quiz).writeOnce(layout);
    List<Item> task =
        List.of(
            Item.answered("task/0", "task.jsonl:1", "Say a.", "a"),
            Item.answered("task/1", "task.jsonl:2", "Say b.", "b"));
    new SetItems("task", task).writeOnce(layout);
    return write();
  }
}
