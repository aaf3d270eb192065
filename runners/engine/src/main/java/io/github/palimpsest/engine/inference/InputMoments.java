package io.github.palimpsest.engine.inference;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.KernelInputs;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.inference.MomentPass.Wanted;
import io.github.palimpsest.engine.weights.Shapes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * Second moments of the inputs of kernels, as inputs of the graph that requests them. When all
 * requests are known, they are computed by {@link MomentPass}.
 */
public final class InputMoments implements KernelInputs {
  private final Ops tf;
  private final Model model;
  private final List<Example> corpus;
  private final Map<Wanted, Placeholder<TFloat32>> wanted = new LinkedHashMap<>();

  /**
   * @param tf the graph that requests them
   * @param model the model with the kernels
   * @param corpus the examples that the model sees
   */
  public InputMoments(Ops tf, Model model, List<Example> corpus) {
    this.tf = tf;
    this.model = model;
    this.corpus = corpus;
  }

  @Override
  public Operand<TFloat32> secondMoment(String kernel, int maxExamples) {
    Wanted asked = new Wanted(kernel, maxExamples);
    if (corpus.isEmpty()) {
      throw new PalimpsestException(
          "the inputs of kernel '"
              + kernel
              + "' are those on a corpus, and the run has none (rule corpus)");
    }
    long in = MomentPass.inputs(model, kernel);
    return wanted.computeIfAbsent(
        asked, w -> tf.placeholder(TFloat32.class, Placeholder.shape(Shapes.of(Shape.of(in, in)))));
  }

  /** Values for all requested moments. */
  public Map<Placeholder<TFloat32>, HostArray> values(WeightSnapshot base) {
    Map<Placeholder<TFloat32>, HostArray> values = new LinkedHashMap<>();
    new MomentPass(model, base, Device.CPU)
        .of(wanted.keySet(), corpus)
        .forEach(
            (w, moment) -> {
              Placeholder<TFloat32> placeholder = wanted.get(w);
              int in = Math.toIntExact(placeholder.shape().get(0));
              values.put(placeholder, new HostArray.Floats(moment, in, in));
            });
    return values;
  }
}
