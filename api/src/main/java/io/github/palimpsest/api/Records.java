package io.github.palimpsest.api;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** The values behind the interfaces that plugins are handed. */
final class Records {
  private Records() {}

  record Point(
      Params at,
      Weights effective,
      Forward forward,
      Function<Params, Weights> weightsAt,
      Function<Weights, Forward> forwardAt,
      Optional<Operand<TFloat32>> rehearsed)
      implements LossPoint {
    @Override
    public LossPoint rehearsing(Operand<TFloat32> examples) {
      return new Point(at, effective, forward, weightsAt, forwardAt, Optional.of(examples));
    }
  }

  record Trained(Tensors tensors, Tensors offset) implements Params {
    @Override
    public Params with(Tensors trainable) {
      return new Trained(trainable, offset);
    }
  }

  record Answer(
      Operand<TFloat32> loss,
      Gradients gradients,
      Supplier<Gradients> effective,
      Operand<TFloat32> share)
      implements Evaluated {
    @Override
    public Evaluated with(Tensors gradient) {
      return Evaluated.of(loss, new Gradients(gradient), share);
    }
  }

  /** Builds at the first call and never again; not for several threads. */
  static final class Once<T> implements Supplier<T> {
    private final Supplier<T> built;
    private @Nullable T known;

    Once(Supplier<T> built) {
      this.built = built;
    }

    @Override
    public T get() {
      T value = known;
      if (value == null) {
        value = built.get();
        known = value;
      }
      return value;
    }
  }

  record History(
      WeightSnapshot pretrained,
      WeightSnapshot beforeTask,
      WeightSnapshot afterTask,
      int taskIndex,
      MergeSite site)
      implements WeightHistory {}

  record Pass(
      Operand<TFloat32> lossPerExample,
      Operand<TFloat32> weightPerExample,
      Operand<TFloat32> logits,
      Operand<TFloat32> weightPerPrediction,
      Optional<Operand<TInt32>> labels)
      implements Forward {
    @Override
    public Forward weighing(Operand<TFloat32> predictions) {
      return new Pass(lossPerExample, weightPerExample, logits, predictions, labels);
    }

    @Override
    public Forward predicting(Operand<TInt32> wanted) {
      return new Pass(
          lossPerExample, weightPerExample, logits, weightPerPrediction, Optional.of(wanted));
    }
  }

  record Task(int index, String name, List<Example> examples, int parts, List<Example> corpus)
      implements TaskData {
    Task {
      examples = ReadList.copyOf(examples);
      corpus = ReadList.copyOf(corpus);
      if (parts < 1) {
        throw new IllegalArgumentException("parts " + parts + " must be at least 1");
      }
    }

    @Override
    public TaskData beside(List<Example> other) {
      return new Task(index, name, examples, parts, other);
    }

    @Override
    public TaskData with(List<Example> others) {
      return new Task(index, name, others, parts, corpus);
    }

    @Override
    public TaskData inParts(int count) {
      return new Task(index, name, examples, count, corpus);
    }
  }

  record Weighted(double factor, Operand<TFloat32> sum, Operand<TFloat32> weight)
      implements RehearsalLoss.Mean {}
}
