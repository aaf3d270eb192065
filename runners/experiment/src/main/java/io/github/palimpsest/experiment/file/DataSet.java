package io.github.palimpsest.experiment.file;

import io.github.palimpsest.llm.format.PromptTemplate;
import io.github.palimpsest.llm.text.RowFilter;
import io.github.palimpsest.results.folder.Measure;
import java.util.Optional;

/**
 * A task or an evaluation set as an experiment file names it.
 *
 * @param name unique in the experiment
 * @param data the file as written, or {@code quickstart:NAME} for generated data, see {@link
 *     DataAddress}
 * @param format how it is read, as written; empty for what its first record looks like
 * @param template how instructions become prompts; empty for what the format says
 * @param separator what separates the documents of plain text; empty for one document a file
 * @param filter which records of the file are read; empty for all
 * @param limit at most so many documents are read; 0 for all
 * @param windows whether a plain text that is too long becomes several examples instead of being
 *     cut
 * @param examples at most so many training examples, evenly spread over all; 0 for all
 * @param heldOut so many of the documents, drawn once for all cells, are for evaluation alone
 * @param test a file of its own to evaluate on instead, read in the same way
 * @param testFilter which records of that file are read; empty for all
 * @param testLimit at most so many documents of it; 0 for all
 * @param testExamples at most so many evaluation examples, evenly spread over all; 0 for all
 * @param measure how it is scored
 * @param maxNewTokens how long a generated answer may be, for {@link Measure#EXACT_MATCH}
 * @param place where it stands in the experiment file
 */
public record DataSet(
    String name,
    String data,
    Optional<Axis.Level> format,
    Optional<PromptTemplate> template,
    String separator,
    Optional<Filter> filter,
    int limit,
    boolean windows,
    int examples,
    int heldOut,
    Optional<String> test,
    Optional<Filter> testFilter,
    int testLimit,
    int testExamples,
    Measure measure,
    int maxNewTokens,
    Place place) {

  /**
   * A filter on records.
   *
   * @param rows the condition
   * @param place where it stands
   */
  public record Filter(RowFilter rows, Place place) {}
}
