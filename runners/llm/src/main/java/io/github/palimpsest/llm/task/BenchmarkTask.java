package io.github.palimpsest.llm.task;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A benchmark task.
 *
 * @param name its name in results
 * @param about what people need to know of it
 * @param data its records
 * @param fields values that are computed from a record before the templates are filled in, in order
 * @param description the text before everything else
 * @param question what is asked
 * @param shots the examples before the question
 * @param measures how answers are scored, at least one
 */
public record BenchmarkTask(
    String name,
    About about,
    Data data,
    List<PreparedField> fields,
    Optional<TextTemplate> description,
    Question question,
    Shots shots,
    List<TaskMeasure> measures) {
  /** Copies the lists. */
  public BenchmarkTask {
    fields = List.copyOf(fields);
    measures = List.copyOf(measures);
  }

  /** A copy with other examples. */
  public BenchmarkTask with(Shots others) {
    return new BenchmarkTask(name, about, data, fields, description, question, others, measures);
  }

  /**
   * For people.
   *
   * @param title the name of the benchmark
   * @param text what it asks
   * @param licence the licence of its data
   */
  public record About(String title, String text, String licence) {}

  /**
   * Where the records are.
   *
   * @param set a data set of the Hub, {@code ORG/NAME}; empty if files are named
   * @param config the configuration of the data set; empty if it has only one
   * @param splits the splits to evaluate on; the first one that is there is used
   * @param files the file of each split, relative to the folder of the task file; empty if a data
   *     set is named
   * @param sizes the number of records of splits, as published
   */
  public record Data(
      String set,
      String config,
      List<String> splits,
      Map<String, String> files,
      Map<String, Long> sizes) {
    /** Copies all. */
    public Data {
      splits = List.copyOf(splits);
      files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
      sizes = Collections.unmodifiableMap(new LinkedHashMap<>(sizes));
    }
  }
}
