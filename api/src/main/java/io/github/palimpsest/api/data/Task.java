package io.github.palimpsest.api.data;

import java.util.List;

/** {@link TaskData} as a value. */
record Task(
    int index, String name, List<Example> examples, int parts, List<Example> corpus, int bucket)
    implements TaskData {
  Task {
    examples = ReadList.copyOf(examples);
    corpus = ReadList.copyOf(corpus);
    if (parts < 1) {
      throw new IllegalArgumentException("parts " + parts + " must be at least 1");
    }
    if (bucket < 0) {
      throw new IllegalArgumentException("bucket " + bucket + " must be at least 0");
    }
  }

  @Override
  public TaskData beside(List<Example> other) {
    return new Task(index, name, examples, parts, other, bucket);
  }

  @Override
  public TaskData with(List<Example> others) {
    return new Task(index, name, others, parts, corpus, bucket);
  }

  @Override
  public TaskData inParts(int count) {
    return new Task(index, name, examples, count, corpus, bucket);
  }

  @Override
  public TaskData inBuckets(int batches) {
    return new Task(index, name, examples, parts, corpus, batches);
  }
}
