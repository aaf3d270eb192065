package io.github.palimpsest.results.folder;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything that determines the weights of a training, by name: the model and the data by their
 * content, settings by their value.
 *
 * @param inputs the values by name
 */
public record TrainingInputs(Map<String, String> inputs) {
  /** The name of the number of threads that share an operation on the CPU. */
  public static final String OPERATION_THREADS = "operation-threads";

  /** The name of the version of TensorFlow for Java. */
  public static final String TENSORFLOW_JAVA = "tensorflow-java";

  /** What files of earlier versions call it. */
  private static final String FORMER_TENSORFLOW_JAVA = "tensorflow";

  private static final String HASH = "[0-9a-f]{64}";

  /** Copies the map in the order of the names, which are those of now. */
  public TrainingInputs {
    TreeMap<String, String> named = new TreeMap<>(JsonFile.map(inputs));
    String former = named.remove(FORMER_TENSORFLOW_JAVA);
    if (former != null) {
      named.putIfAbsent(TENSORFLOW_JAVA, former);
    }
    inputs = JsonFile.map(named);
  }

  /** The number of threads that share an operation; empty on a GPU. */
  public OptionalInt operationThreads() {
    String threads = inputs.get(OPERATION_THREADS);
    return threads == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(threads));
  }

  /** The inputs that differ, each in words: the name, the former value, and the present one. */
  public List<String> changed(TrainingInputs now) {
    TreeSet<String> names = new TreeSet<>(inputs.keySet());
    names.addAll(now.inputs.keySet());
    List<String> changed = new ArrayList<>();
    for (String name : names) {
      String before = inputs.getOrDefault(name, "nothing");
      String after = now.inputs.getOrDefault(name, "nothing");
      if (!before.equals(after)) {
        boolean content = before.matches(HASH) || after.matches(HASH);
        changed.add(
            content
                ? "the content of '" + name + "' differs"
                : "'" + name + "' was " + before + " and is " + after);
      }
    }
    return changed;
  }
}
