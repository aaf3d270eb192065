package io.github.palimpsest.llm.text;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Documents in both the training data and the evaluation data of a model. They are found by their
 * content as {@link ContentSet} defines it, so also in different files.
 *
 * @param evaluated the evaluation set
 * @param trained the training set
 * @param examples the number of documents of {@code evaluated} that are in {@code trained}
 * @param of the number of documents of {@code evaluated}
 * @param first the place of the first document of {@code evaluated} that is in {@code trained}
 */
public record Overlap(String evaluated, String trained, int examples, int of, String first) {

  /**
   * Looks for documents of each evaluation set in each training set.
   *
   * @param trained training documents by the name of their set
   * @param evaluated evaluation documents by the name of their set
   * @return the pairs of sets with common documents, by name
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
