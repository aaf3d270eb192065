package io.github.palimpsest.llm.text;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Documents that a model is both trained and evaluated on, found by their content as {@link
 * ContentSet} has it, so also where they stand in different files.
 *
 * @param evaluated the set that is evaluated
 * @param trained the set that is trained on
 * @param examples how many documents of {@code evaluated} are in {@code trained}
 * @param of how many documents {@code evaluated} has
 * @param first where the first of them stands
 */
public record Overlap(String evaluated, String trained, int examples, int of, String first) {

  /**
   * Looks for each evaluated set in each one that is trained on.
   *
   * @param trained documents by the name of their set
   * @param evaluated the same
   * @return the pairs that have documents in common, by name
   */
  public static List<Overlap> between(
      SortedMap<String, List<Document>> trained, SortedMap<String, List<Document>> evaluated) {
    SortedMap<String, ContentSet> contents = new TreeMap<>();
    trained.forEach(
        (name, documents) -> {
          ContentSet content = new ContentSet();
          documents.forEach(content::add);
          contents.put(name, content);
        });
    List<Overlap> found = new ArrayList<>();
    evaluated.forEach(
        (name, documents) ->
            contents.forEach(
                (other, content) -> {
                  int[] same =
                      IntStream.range(0, documents.size())
                          .filter(i -> content.contains(documents.get(i)))
                          .toArray();
                  if (same.length > 0) {
                    String first = documents.get(same[0]).origin();
                    found.add(new Overlap(name, other, same.length, documents.size(), first));
                  }
                }));
    return found;
  }
}
