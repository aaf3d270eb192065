package io.github.palimpsest.wiseft;

import io.github.palimpsest.api.NearestName;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.WeightHistory;
import io.github.palimpsest.api.WeightMerger;
import io.github.palimpsest.api.WeightSnapshot;
import java.nio.FloatBuffer;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tensorflow.ndarray.Shape;

/**
 * Interpolation in weight space, {@code theta = (1 - alpha) theta0 + alpha theta1}, where theta1 is
 * what training made and theta0 what it started from. Computed in float32, one tensor at a time
 * when it is read, so that no third model lies in memory. alpha 0 and 1 give the end points bit for
 * bit, and a weight that training did not change stays as it is.
 *
 * <p>Wortsman et al. 2022, arXiv:2109.01903. Rules PPW-01 and PPW-02.
 *
 * @param alpha 0 for theta0, 1 for theta1
 * @param from which weights theta0 is
 */
record WiseFt(double alpha, From from) implements WeightMerger {
  /** Which weights theta0 is. */
  enum From {
    /** Those before the first task. */
    PRETRAINED,
    /** Those before the task just finished. */
    PREVIOUS
  }

  @Override
  public WeightSnapshot apply(WeightHistory history) {
    WeightSnapshot theta0 = from == From.PRETRAINED ? history.pretrained() : history.beforeTask();
    WeightSnapshot theta1 = history.afterTask();
    SortedMap<String, Shape> shapes = agreeing(theta0, theta1);
    if (alpha == 0) {
      return theta0;
    }
    if (alpha == 1) {
      return theta1;
    }
    return WeightSnapshot.computed(
        shapes, name -> interpolated(theta0.read(name), theta1.read(name)));
  }

  private float[] interpolated(FloatBuffer theta0, FloatBuffer theta1) {
    float a0 = (float) (1 - alpha);
    float a1 = (float) alpha;
    float[] theta = new float[theta0.remaining()];
    for (int i = 0; i < theta.length; i++) {
      float t0 = theta0.get(i);
      float t1 = theta1.get(i);
      theta[i] = t0 == t1 ? t1 : a0 * t0 + a1 * t1;
    }
    return theta;
  }

  private static SortedMap<String, Shape> agreeing(WeightSnapshot theta0, WeightSnapshot theta1) {
    requireAll(theta0, theta1, "the starting weights");
    requireAll(theta1, theta0, "the trained weights");
    TreeMap<String, Shape> shapes = new TreeMap<>();
    for (String name : theta1.names()) {
      Shape shape = theta1.shape(name);
      if (!shape.equals(theta0.shape(name))) {
        throw new PalimpsestException(
            "wise-ft cannot interpolate '"
                + name
                + "': its shape is "
                + theta0.shape(name)
                + " before training and "
                + shape
                + " after it");
      }
      shapes.put(name, shape);
    }
    return shapes;
  }

  private static void requireAll(WeightSnapshot lacking, WeightSnapshot having, String which) {
    for (String name : having.names()) {
      if (!lacking.names().contains(name)) {
        throw new PalimpsestException(
            "wise-ft cannot interpolate '"
                + name
                + "': "
                + which
                + " have no such tensor"
                + NearestName.hint(name, lacking.names()));
      }
    }
  }
}
