package io.github.palimpsest.experiment.file;

import io.github.palimpsest.llm.example.Truncation;
import io.github.palimpsest.llm.format.PromptTemplate;
import io.github.palimpsest.llm.layout.Layout;
import io.github.palimpsest.llm.text.RowFilter;
import java.util.Optional;

/**
 * A task or an evaluation set as an experiment file names it.
 *
 * @param name unique in the experiment
 * @param data the files as written, or {@code quickstart:NAME} for generated data, see {@link
 *     DataAddress}
 * @param format how it is read, as written; empty for what its first record looks like
 * @param template how instructions become prompts; empty for what the format says
 * @param separator what separates the documents of plain text; empty for one document a file
 * @param filter which records of the file are read; empty for all
 * @param limit at most this number of documents are read; 0 for all
 * @param windows whether a plain text that is too long becomes several examples instead of being
 *     cut
 * @param examples at most this number of training examples, evenly spread over all; 0 for all
 * @param heldOut the number of documents, drawn once for all cells, that are used for evaluation
 *     only
 * @param test a file of its own to evaluate on instead, read in the same way
 * @param testFilter which records of that file are read; empty for all
 * @param testLimit at most this number of documents of it; 0 for all
 * @param testExamples at most this number of evaluation examples, evenly spread over all; 0 for all
 * @param measure how it is scored, as written
 * @param maxNewTokens how long a generated answer may be; 0 for what its measure says
 * @param layout the columns of the records, and what becomes of records that cannot be read
 * @param truncation the side on which training documents that are too long are cut off
 * @param maxTokens at most this number of tokens of training examples, evenly spread over all; 0
 *     for all
 * @param place where it stands in the experiment file
 */
public record DataSet(
    String name,
    DataFiles data,
    Optional<Axis.Level> format,
    Optional<PromptTemplate> template,
    String separator,
    Optional<Filter> filter,
    int limit,
    boolean windows,
    int examples,
    int heldOut,
    Optional<WrittenPath> test,
    Optional<Filter> testFilter,
    int testLimit,
    int testExamples,
    Axis.Level measure,
    int maxNewTokens,
    Layout layout,
    Truncation truncation,
    long maxTokens,
    Place place) {

  /**
   * A filter on records.
   *
   * @param rows the condition
   * @param place its place in the experiment file
   */
  public record Filter(RowFilter rows, Place place) {}
}
