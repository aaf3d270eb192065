package io.github.palimpsest.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Points along the stages of a {@link MadeUpGrid}.
 *
 * @param tasks the names of the tasks
 * @param number how many points follow the first
 * @param course what is made up
 */
record MadeUpPoints(List<String> tasks, int number, Course course) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int STEPS = 200;
  private static final double BEST = 0.9;

  /** The course of a stage. */
  interface Course {
    /** The loss of the task that is learned, at a part of the stage from 0 to 1. */
    double loss(int recipe, long seed, double part);

    /** How much of each earlier task has been forgotten there. */
    double forgotten(int recipe, long seed, double part);
  }

  /** A loss that falls from 4 to different ends, and forgetting that follows what is learned. */
  static MadeUpPoints smooth(List<String> tasks) {
    return new MadeUpPoints(
        tasks,
        10,
        new Course() {
          @Override
          public double loss(int recipe, long seed, double part) {
            return 0.05 * (recipe + 1) + (4 + 0.1 * seed) * Math.exp(-part * (6 - 0.6 * recipe));
          }

          @Override
          public double forgotten(int recipe, long seed, double part) {
            return (0.8 - 0.1 * recipe + 0.02 * seed * (1 + recipe % 3))
                * (1 - Math.exp(-4 * part));
          }
        });
  }

  /** Adds them to the cells of a folder. */
  Path write(Path folder) throws IOException {
    List<String> recipes = new ArrayList<>();
    for (JsonNode cell : JSON.readTree(folder.resolve("plan.json").toFile()).path("cells")) {
      String recipe = cell.path("label").asText();
      if (!recipes.contains(recipe)) {
        recipes.add(recipe);
      }
      for (int t = 0; t < tasks.size(); t++) {
        Path stage = folder.resolve("stages").resolve(cell.path("id").asText() + "-" + t);
        MadeUpGrid.write(
            stage.resolve("points.json"),
            stage(t, recipes.indexOf(recipe), cell.path("seed").asLong()));
      }
    }
    return folder;
  }

  private ObjectNode stage(int task, int recipe, long seed) {
    ObjectNode stage = JSON.createObjectNode();
    ArrayNode points = stage.putArray("points");
    for (int k = 0; k <= number; k++) {
      double part = (double) k / number;
      ObjectNode sets = points.addObject().put("step", k * STEPS / number).putObject("sets");
      for (int i = 0; i <= task; i++) {
        double lost = course.forgotten(recipe, seed, part);
        sets.putObject(tasks.get(i))
            .put("score", i == task ? 0.5 : BEST - lost)
            .put("loss", i == task ? course.loss(recipe, seed, part) : 1 + 2 * lost);
      }
    }
    return stage;
  }
}
