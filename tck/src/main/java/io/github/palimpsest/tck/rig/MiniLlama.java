package io.github.palimpsest.tck.rig;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.api.model.BatchTensors;
import io.github.palimpsest.api.model.Forward;
import io.github.palimpsest.api.model.InputSpec;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.api.model.RowsBeforeInput;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.parameter.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * A classifier of single tokens with the parameter names, roles and shapes of a Llama of two
 * layers, so that a component that chooses by name or role finds matching parameters. Attention is
 * replaced by products of its projections; every parameter matters, and every row before the input.
 */
public final class MiniLlama implements Model, RowsBeforeInput {
  private static final int VOCABULARY = 17;
  private static final int WIDTH = 16;
  private static final int INNER = 24;

  /** Unlike the width and odd, so that no kernel is square. */
  private static final int HEADS = 15;

  private static final String TABLE = "model.embed_tokens.weight";

  private final int layers;

  /** Two layers. */
  public MiniLlama() {
    this(2);
  }

  /**
   * @param layers the number of layers
   */
  public MiniLlama(int layers) {
    this.layers = layers;
  }

  /** An example: a token and its successor. */
  public static Example example(String id, int token, int next) {
    return new Example(
        id,
        1,
        new TreeMap<>(
            Map.of(
                "id", new HostArray.Ints(new int[] {token}),
                "next", new HostArray.Ints(new int[] {next}))));
  }

  /** Examples of a task; each task has a different mapping. */
  public static List<Example> examples(int task, int count) {
    List<Example> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(
          example(
              "task-" + task + "/" + i, i % VOCABULARY, (3 * i + i / 5 + 2 * task) % VOCABULARY));
    }
    return all;
  }

  /** Weights of ordinary size from a fixed formula: no generator, no platform. */
  public Named start() {
    Named waves = Named.of(parameters(), i -> 0.3 * Math.sin(12.9898 * (i + 1)));
    Map<String, float[]> values = new LinkedHashMap<>(waves.values());
    for (ParameterSpec p : parameters()) {
      if (p.role() == Role.NORM) {
        Named gain = Named.of(List.of(p), i -> 1 + 0.1 * Math.cos(i));
        values.put(p.name(), gain.values().get(p.name()));
      }
    }
    return new Named(values);
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> all = new ArrayList<>();
    all.add(new ParameterSpec(TABLE, Shape.of(VOCABULARY, WIDTH), Role.EMBEDDING));
    for (int l = 0; l < layers; l++) {
      String p = "model.layers." + l + ".";
      all.add(new ParameterSpec(p + "input_layernorm.weight", Shape.of(WIDTH), Role.NORM, l));
      for (String x : List.of("q", "k", "v", "o")) {
        Shape shape = x.equals("o") ? Shape.of(HEADS, WIDTH) : Shape.of(WIDTH, HEADS);
        all.add(new ParameterSpec(p + "self_attn." + x + "_proj.weight", shape, Role.KERNEL, l));
      }
      all.add(new ParameterSpec(p + "self_attn.q_proj.bias", Shape.of(HEADS), Role.BIAS, l));
      all.add(
          new ParameterSpec(p + "post_attention_layernorm.weight", Shape.of(WIDTH), Role.NORM, l));
      all.add(
          new ParameterSpec(p + "mlp.gate_proj.weight", Shape.of(WIDTH, INNER), Role.KERNEL, l));
      all.add(new ParameterSpec(p + "mlp.up_proj.weight", Shape.of(WIDTH, INNER), Role.KERNEL, l));
      all.add(
          new ParameterSpec(p + "mlp.down_proj.weight", Shape.of(INNER, WIDTH), Role.KERNEL, l));
    }
    all.add(new ParameterSpec("model.norm.weight", Shape.of(WIDTH), Role.NORM));
    all.add(new ParameterSpec("lm_head.weight", Shape.of(VOCABULARY, WIDTH), Role.HEAD));
    return all;
  }

  @Override
  public List<InputSpec> inputs() {
    return List.of(
        new InputSpec("ids", InputSpec.Type.INT32, Shape.of(-1)),
        new InputSpec("next", InputSpec.Type.INT32, Shape.of(-1)),
        new InputSpec("weight", InputSpec.Type.FLOAT32, Shape.of(-1)));
  }

  @Override
  public String inputTable() {
    return TABLE;
  }

  @Override
  public int places() {
    return 1 << 20;
  }

  /** What a token sees of the rows before it: {@code sum_j cos(j) tanh(p_j)}. */
  private static Operand<TFloat32> mixed(Ops tf, Operand<TFloat32> rows) {
    int n = Math.toIntExact(rows.shape().get(0));
    float[][] attention = new float[1][n];
    for (int j = 0; j < n; j++) {
      attention[0][j] = (float) Math.cos(j);
    }
    return tf.linalg.matMul(tf.constant(attention), tf.math.tanh(rows));
  }

  @Override
  public Forward forward(Ops tf, Weights at, BatchTensors batch) {
    Operand<TInt32> next = batch.ints("next");
    Operand<TFloat32> weight = batch.floats("weight");
    Operand<TFloat32> x = at.rows(batch.ints("ids"), TABLE);
    Optional<Operand<TFloat32>> before = at.rowsBefore(TABLE);
    if (before.isPresent()) {
      x = tf.math.add(x, mixed(tf, before.get()));
    }
    for (int l = 0; l < layers; l++) {
      String p = "model.layers." + l + ".";
      Operand<TFloat32> h = tf.math.mul(x, at.dense(p + "input_layernorm.weight"));
      Operand<TFloat32> q =
          tf.math.tanh(
              tf.math.add(
                  at.matMul(h, p + "self_attn.q_proj.weight"),
                  at.dense(p + "self_attn.q_proj.bias")));
      Operand<TFloat32> k = at.matMul(h, p + "self_attn.k_proj.weight");
      Operand<TFloat32> v = at.matMul(h, p + "self_attn.v_proj.weight");
      Operand<TFloat32> mixed = tf.math.add(tf.math.mul(q, k), v);
      x = tf.math.add(x, at.matMul(mixed, p + "self_attn.o_proj.weight"));
      h = tf.math.mul(x, at.dense(p + "post_attention_layernorm.weight"));
      Operand<TFloat32> gate = tf.math.tanh(at.matMul(h, p + "mlp.gate_proj.weight"));
      Operand<TFloat32> up = at.matMul(h, p + "mlp.up_proj.weight");
      x = tf.math.add(x, at.matMul(tf.math.mul(gate, up), p + "mlp.down_proj.weight"));
    }
    Operand<TFloat32> z =
        at.matMulTransposed(tf.math.mul(x, at.dense("model.norm.weight")), "lm_head.weight");
    Operand<TFloat32> target =
        tf.oneHot(next, tf.constant(VOCABULARY), tf.constant(1f), tf.constant(0f));
    Operand<TFloat32> logLikelihood =
        tf.sum(tf.math.mul(target, tf.nn.logSoftmax(z)), tf.constant(1));
    return Forward.of(tf.math.mul(weight, tf.math.neg(logLikelihood)), weight, z).predicting(next);
  }

  @Override
  public SortedMap<String, HostArray> batch(List<Example> examples) {
    int n = examples.size();
    int[] ids = new int[n];
    int[] next = new int[n];
    float[] weight = new float[n];
    Arrays.fill(weight, 1);
    for (int i = 0; i < n; i++) {
      Map<String, HostArray> fields = examples.get(i).fields();
      ids[i] = ((HostArray.Ints) fields.get("id")).values().get(0);
      next[i] = ((HostArray.Ints) fields.get("next")).values().get(0);
    }
    return new TreeMap<>(
        Map.of(
            "ids", new HostArray.Ints(ids, n),
            "next", new HostArray.Ints(next, n),
            "weight", new HostArray.Floats(weight, n)));
  }

  @Override
  public WeightSnapshot initialWeights(RandomGenerator rng) {
    return Named.of(parameters(), i -> 0.5 * rng.nextGaussian()).snapshot(parameters());
  }
}
