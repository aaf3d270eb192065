package io.github.palimpsest.results.folder;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The examples that training and evaluation data share, as a result records them. The record does
 * not contain the locations of the examples, so a result is the same in every folder.
 *
 * @param evaluatedAndTrained pairs of an evaluated set and a training set that share examples
 * @param duplicatesLeftOut for each task, the number of records of its file that were left out of
 *     training because the held-out part has the same content
 */
public record SharedExamples(
    List<Pair> evaluatedAndTrained, Map<String, Integer> duplicatesLeftOut) {
  /** Replaces missing collections with empty ones. */
  public SharedExamples {
    evaluatedAndTrained = JsonFile.list(evaluatedAndTrained);
    duplicatesLeftOut = JsonFile.map(duplicatesLeftOut);
  }

  /**
   * Two sets with examples in common.
   *
   * @param evaluated the evaluated set
   * @param trained the training set
   * @param examples the number of examples of {@code evaluated} that are in {@code trained}
   * @param of the number of examples of {@code evaluated}
   */
  public record Pair(String evaluated, String trained, int examples, int of) {
    @Override
    public String toString() {
      return examples
          + " of "
          + of
          + " evaluated examples of '"
          + evaluated
          + "' are training examples of '"
          + trained
          + "'";
    }
  }

  /** Sentences for people. */
  public List<String> sentences() {
    List<String> all = new ArrayList<>();
    evaluatedAndTrained.forEach(pair -> all.add(pair + " (allow-overlap)."));
    duplicatesLeftOut.forEach(
        (task, records) ->
            all.add(
                records
                    + (records == 1 ? " record of '" : " records of '")
                    + task
                    + "' left out of its training: what is held out has the same content."));
    return all;
  }
}
