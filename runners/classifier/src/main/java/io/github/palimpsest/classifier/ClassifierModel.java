package io.github.palimpsest.classifier;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.BatchTensors;
import io.github.palimpsest.api.model.Classes;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.model.Relabelling;
import io.github.palimpsest.api.model.Reweighting;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.decoder.CrossEntropy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A text classifier as a {@link Model}: one prediction for each example, over the classes of a
 * stream of tasks.
 *
 * <p>An example has the fields {@code ids}, {@code [n]} rows of the embedding; {@code label},
 * {@code [1]}, the column of its class; {@code weight}, {@code [1]}, 1 unless it was weighted; and,
 * if tasks are known, {@code possible}, {@code [classes]}, 1 for each class of its task. The loss
 * is {@code -weight log softmax(logits)[label]} over the classes that are possible. Batches are
 * padded on the right, and the padding changes nothing.
 */
public final class ClassifierModel implements Model, Relabelling, Reweighting {
  private static final String IDS = "ids";
  private static final String LABEL = "label";
  private static final String WEIGHT = "weight";
  private static final String POSSIBLE = "possible";

  private final ClassifierShape shape;
  private final ClassStream classes;
  private final List<ParameterSpec> parameters;
  private final List<InputSpec> inputs = new ArrayList<>();

  /** Builds a model. */
  public ClassifierModel(ClassifierShape shape, ClassStream classes) {
    this.shape = shape;
    this.classes = classes;
    this.parameters = ClassifierParameters.of(shape, classes.names().size());
    inputs.add(new InputSpec(IDS, InputSpec.Type.INT32, Shape.of(-1, -1)));
    inputs.add(new InputSpec(LABEL, InputSpec.Type.INT32, Shape.of(-1)));
    inputs.add(new InputSpec(WEIGHT, InputSpec.Type.FLOAT32, Shape.of(-1)));
    if (classes.taskKnown()) {
      inputs.add(
          new InputSpec(POSSIBLE, InputSpec.Type.FLOAT32, Shape.of(-1, classes.names().size())));
    }
  }

  /** The shape that the model was built from. */
  public ClassifierShape shape() {
    return shape;
  }

  /** The classes of the columns of the logits. */
  public ClassStream classes() {
    return classes;
  }

  /**
   * An example.
   *
   * @param id unique in the experiment
   * @param rows rows of the embedding, at least one; those after the model's positions are left out
   * @param label the column of the class
   * @param possible the columns of the classes that the example can have; of no effect if the tasks
   *     are not known
   */
  public Example example(String id, int[] rows, int label, List<Integer> possible) {
    int[] kept = Arrays.copyOf(rows, Math.min(rows.length, shape.positions()));
    SortedMap<String, HostArray> fields = new TreeMap<>();
    fields.put(IDS, new HostArray.Ints(kept, kept.length));
    fields.put(LABEL, new HostArray.Ints(new int[] {label}, 1));
    fields.put(WEIGHT, new HostArray.Floats(new float[] {1}, 1));
    if (classes.taskKnown()) {
      float[] mask = new float[classes.names().size()];
      possible.forEach(column -> mask[column] = 1);
      fields.put(POSSIBLE, new HostArray.Floats(mask, mask.length));
    }
    return new Example(id, kept.length, fields);
  }

  @Override
  public List<ParameterSpec> parameters() {
    return parameters;
  }

  @Override
  public List<InputSpec> inputs() {
    return List.copyOf(inputs);
  }

  @Override
  public Forward forward(Ops tf, Weights at, BatchTensors batch) {
    Operand<TFloat32> logits =
        tf.nn.biasAdd(
            at.matMulTransposed(
                new ClassifierStates(shape, tf, at).of(batch.ints(IDS)), ClassifierParameters.HEAD),
            at.dense(ClassifierParameters.HEAD_BIAS));
    Operand<TInt32> labels = batch.ints(LABEL);
    Operand<TFloat32> weight = batch.floats(WEIGHT);
    Classes columns =
        classes.taskKnown()
            ? Classes.ofKnownTasks(classes.byTask(), batch.floats(POSSIBLE))
            : Classes.shared(classes.byTask());
    Operand<TFloat32> nats = CrossEntropy.of(tf, columns.masked(tf, logits), labels);
    return Forward.of(tf.math.mul(weight, nats), weight, logits)
        .predicting(labels)
        .classifying(columns);
  }

  /**
   * {@inheritDoc}
   *
   * @throws PalimpsestException if an example is not one of this model's; the message names it
   */
  @Override
  public SortedMap<String, HostArray> batch(List<Example> examples) {
    int count = examples.size();
    int columns = classes.names().size();
    int longest = examples.stream().mapToInt(e -> ids(e).length).max().orElse(0);
    int[] ids = new int[count * longest];
    int[] labels = new int[count];
    float[] weights = new float[count];
    float[] possible = new float[classes.taskKnown() ? count * columns : 0];
    for (int row = 0; row < count; row++) {
      Example e = examples.get(row);
      int[] own = ids(e);
      System.arraycopy(own, 0, ids, row * longest, own.length);
      labels[row] = ((HostArray.Ints) field(e, LABEL)).values().get(0);
      weights[row] = ((HostArray.Floats) field(e, WEIGHT)).values().get(0);
      boolean allowed = labels[row] >= 0 && labels[row] < columns;
      if (allowed && classes.taskKnown()) {
        float[] mask = ((HostArray.Floats) field(e, POSSIBLE)).toArray();
        System.arraycopy(mask, 0, possible, row * columns, columns);
        allowed = mask[labels[row]] == 1;
      }
      if (!allowed) {
        throw new PalimpsestException(
            "example '%s' has class %d, which it cannot have".formatted(e.id(), labels[row]));
      }
    }
    SortedMap<String, HostArray> batch = new TreeMap<>();
    batch.put(IDS, new HostArray.Ints(ids, count, longest));
    batch.put(LABEL, new HostArray.Ints(labels, count));
    batch.put(WEIGHT, new HostArray.Floats(weights, count));
    if (classes.taskKnown()) {
      batch.put(POSSIBLE, new HostArray.Floats(possible, count, columns));
    }
    return batch;
  }

  private int[] ids(Example e) {
    int[] ids = ((HostArray.Ints) field(e, IDS)).toArray();
    if (ids.length == 0 || ids.length > shape.positions()) {
      throw new PalimpsestException(
          "example '%s' has %d tokens; the model takes 1 to %d"
              .formatted(e.id(), ids.length, shape.positions()));
    }
    for (int id : ids) {
      if (id <= Tokens.PADDING || id >= shape.rows()) {
        throw new PalimpsestException(
            "example '%s' has token %d, outside the vocabulary of %d"
                .formatted(e.id(), id, shape.rows()));
      }
    }
    return ids;
  }

  private static HostArray field(Example e, String name) {
    HostArray value = e.fields().get(name);
    if (value == null) {
      throw new PalimpsestException("example '" + e.id() + "' has no field '" + name + "'");
    }
    return value;
  }

  /** An example has one prediction, so {@code row} is 0. */
  @Override
  public Example relabelled(Example example, int row, int label) {
    return changed(example, LABEL, new HostArray.Ints(new int[] {label}, 1));
  }

  /** An example has one prediction, so there is one factor. */
  @Override
  public Example reweighted(Example example, float[] factors) {
    float weight = ((HostArray.Floats) field(example, WEIGHT)).values().get(0);
    return changed(example, WEIGHT, new HostArray.Floats(new float[] {weight * factors[0]}, 1));
  }

  private static Example changed(Example example, String name, HostArray value) {
    SortedMap<String, HostArray> fields = new TreeMap<>(example.fields());
    fields.put(name, value);
    return new Example(example.id(), example.tokens(), fields);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Tables are drawn from a normal distribution with variance {@code 1 / width}, kernels with
   * variance {@code 1 / in}; gains are 1, and biases and shifts are 0.
   */
  @Override
  public WeightSnapshot initialWeights(RandomGenerator rng) {
    return ClassifierParameters.initial(parameters, rng);
  }
}
