package io.github.palimpsest.distill;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.BatchTensors;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Params;
import io.github.palimpsest.api.parameter.Tensors;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import io.github.palimpsest.api.regularizer.LossPoint;
import io.github.palimpsest.api.regularizer.RegularizerSite;
import io.github.palimpsest.engine.weights.DenseWeights;
import io.github.palimpsest.engine.weights.Shapes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A penalty on one batch of a classifier, its gradient, and the logits of model and teacher.
 *
 * @param penalty the value
 * @param gradient by parameter
 * @param logits of the model, {@code [batch, classes]}
 */
record Point(float penalty, Map<String, float[]> gradient, float[] logits) {

  /** Evaluates at some weights, in the second task, which started from the teacher's weights. */
  static Point of(
      Distillation of,
      Model model,
      List<Example> examples,
      WeightSnapshot weights,
      WeightSnapshot teacher) {
    return of(of, model, examples, weights, teacher, 0);
  }

  /** The same with the last examples of the batch rehearsed. */
  static Point of(
      Distillation of,
      Model model,
      List<Example> examples,
      WeightSnapshot weights,
      WeightSnapshot teacher,
      int rehearsed) {
    float[] marks = new float[examples.size()];
    Arrays.fill(marks, marks.length - rehearsed, marks.length, 1);
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      BatchTensors batch = constants(tf, model.batch(examples));
      Tensors at = constants(tf, weights);
      Weights effective = new DenseWeights(tf, at);
      Forward forward = model.forward(tf, effective, batch);
      Operand<TFloat32> penalty =
          of.bind(new SecondTask(tf, model.parameters(), teacher))
              .penalty(
                  LossPoint.of(
                          Params.of(at),
                          effective,
                          forward,
                          p -> new DenseWeights(tf, p.tensors()),
                          w -> model.forward(tf, w, batch))
                      .rehearsing(tf.constant(marks)));
      Session.Runner runner = session.runner().fetch(penalty).fetch(forward.logits());
      tf.gradients(penalty, new ArrayList<>(at.byName().values()))
          .forEach(g -> runner.fetch(g.asOutput()));
      try (Result result = runner.run()) {
        Map<String, float[]> gradient = new TreeMap<>();
        int i = 2;
        for (String name : at.names()) {
          gradient.put(name, floats((TFloat32) result.get(i++)));
        }
        return new Point(
            ((TFloat32) result.get(0)).getFloat(), gradient, floats((TFloat32) result.get(1)));
      }
    }
  }

  private record SecondTask(Ops tf, List<ParameterSpec> trainable, WeightSnapshot teacher)
      implements RegularizerSite {
    @Override
    public int finishedTasks() {
      return 1;
    }

    @Override
    public Tensors start() {
      return constants(tf, teacher);
    }

    @Override
    public Set<String> memories() {
      return Set.of("teacher");
    }

    @Override
    public Tensors memory(String name) {
      return constants(tf, teacher);
    }

    @Override
    public Operand<TFloat32> drawn(
        String name,
        io.github.palimpsest.api.parameter.Shape shape,
        Function<RandomGenerator, float[]> draw) {
      throw new UnsupportedOperationException();
    }
  }

  private static BatchTensors constants(Ops tf, SortedMap<String, HostArray> batch) {
    return new BatchTensors() {
      @Override
      public Operand<TInt32> ints(String name) {
        HostArray.Ints a = (HostArray.Ints) batch.get(name);
        return tf.constant(Shape.of(a.shape()), DataBuffers.of(a.toArray()));
      }

      @Override
      public Operand<TFloat32> floats(String name) {
        HostArray.Floats a = (HostArray.Floats) batch.get(name);
        return tf.constant(Shape.of(a.shape()), DataBuffers.of(a.toArray()));
      }
    };
  }

  private static Tensors constants(Ops tf, WeightSnapshot w) {
    Map<String, Operand<TFloat32>> all = new LinkedHashMap<>();
    w.names()
        .forEach(n -> all.put(n, tf.constant(Shapes.of(w.shape(n)), DataBuffers.of(w.copy(n)))));
    return Tensors.of(all);
  }

  private static float[] floats(TFloat32 tensor) {
    float[] values = new float[Math.toIntExact(tensor.size())];
    tensor.asRawTensor().data().asFloats().read(values);
    return values;
  }
}
