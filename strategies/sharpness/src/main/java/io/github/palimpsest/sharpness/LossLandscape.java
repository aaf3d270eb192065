package io.github.palimpsest.sharpness;

import io.github.palimpsest.api.component.Cost;
import io.github.palimpsest.api.component.Onset;
import io.github.palimpsest.api.component.Setting;
import io.github.palimpsest.api.component.Traits;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.probe.Probe;
import io.github.palimpsest.api.probe.ProbeProvider;
import io.github.palimpsest.api.probe.ProbeSite;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The loss on a square grid {@code Z[i][j] = L(w + x_i d1 + y_j d2)} spanned by two random
 * directions, and three numbers of it. A direction is Gaussian, each column of a kernel {@code [in,
 * out]} scaled to the norm of the weights' column, tensors of one dimension 0 (filter
 * normalisation, Li et al. 2018, arXiv:1712.09913). The weights whose columns count are those
 * before any training unless {@code norms=own}: models of one base are then compared in equal
 * directions.
 *
 * <p>With central differences over the inner points and step {@code h}:
 *
 * <pre>
 *   AG  = mean sqrt(Zx^2 + Zy^2)    MAG = mean (|Zx| + |Zy|) / 2    SC = mean |Zxx + Zyy|
 * </pre>
 *
 * <p>Li et al. 2024 (arXiv:2406.04836) report measures of these names; their formulas could not be
 * had, so these definitions are this project's own.
 */
record LossLandscape(int grid, double span, Norms norms) implements Probe {
  /** Whose columns a direction's columns have the norms of. */
  enum Norms {
    /** The weights that are measured. */
    OWN,
    /** The weights before any training, so that all models of one base get equal directions. */
    PRETRAINED
  }

  static final Setting<Integer> GRID =
      Setting.integer("grid", 21, 3, 1001, "points along a side; odd, so that one is w itself");
  static final Setting<Double> SPAN =
      Setting.real("span", 1, 1e-6, 1e6, "the grid reaches from -span to span");
  static final Setting<Norms> NORMS =
      Setting.choice(
          "norms",
          Norms.class,
          Norms.PRETRAINED,
          "whose columns the directions' columns are as long as; pretrained gives all models of one"
              + " base equal directions, own is Li et al.'s");

  static final ProbeProvider PROVIDER =
      ProbeProvider.of(
              "loss-landscape",
              "The loss on a plane through the weights, and its slopes and curvature",
              "Z[i,j] = L(w + x_i d1 + y_j d2); AG = mean |grad Z|, MAG = mean (|Zx|+|Zy|)/2,"
                  + " SC = mean |Zxx+Zyy|")
          .settings(GRID, SPAN, NORMS)
          .traits(
              Traits.of(
                  Onset.AFTER_TRAINING,
                  Cost.NONE,
                  "Li et al. 2018, Visualizing the loss landscape (arXiv:1712.09913)"))
          .creates(s -> new LossLandscape(s.get(GRID), s.get(SPAN), s.get(NORMS)));

  @Override
  public SortedMap<String, Double> measure(ProbeSite site, RandomGenerator rng) {
    WeightVector w = WeightVector.of(site.weights());
    WeightVector like = norms == Norms.OWN ? w : WeightVector.of(site.pretrained());
    WeightVector d1 = normalised(WeightVector.draw(site, rng::nextGaussian), like);
    WeightVector d2 = normalised(WeightVector.draw(site, rng::nextGaussian), like);
    return measure(site, w, d1, d2);
  }

  SortedMap<String, Double> measure(
      ProbeSite site, WeightVector w, WeightVector d1, WeightVector d2) {
    double h = 2 * span / (grid - 1);
    double[][] z = new double[grid][grid];
    TreeMap<String, Double> measured = new TreeMap<>();
    for (int i = 0; i < grid; i++) {
      for (int j = 0; j < grid; j++) {
        z[i][j] = site.loss(w.plus(-span + i * h, d1).plus(-span + j * h, d2).snapshot());
        measured.put(String.format(Locale.ROOT, "z[%03d,%03d]", i, j), z[i][j]);
      }
    }
    double ag = 0;
    double mag = 0;
    double sc = 0;
    int inner = (grid - 2) * (grid - 2);
    for (int i = 1; i < grid - 1; i++) {
      for (int j = 1; j < grid - 1; j++) {
        double zx = (z[i + 1][j] - z[i - 1][j]) / (2 * h);
        double zy = (z[i][j + 1] - z[i][j - 1]) / (2 * h);
        double zxx = (z[i + 1][j] - 2 * z[i][j] + z[i - 1][j]) / (h * h);
        double zyy = (z[i][j + 1] - 2 * z[i][j] + z[i][j - 1]) / (h * h);
        ag += Math.hypot(zx, zy) / inner;
        mag += (Math.abs(zx) + Math.abs(zy)) / 2 / inner;
        sc += Math.abs(zxx + zyy) / inner;
      }
    }
    measured.put("AG", ag);
    measured.put("MAG", mag);
    measured.put("SC", sc);
    return measured;
  }

  /** {@code d[:, j] |w[:, j]| / (|d[:, j]| + 1e-10)} for matrices, 0 for vectors. */
  static WeightVector normalised(WeightVector direction, WeightVector w) {
    return direction.mapTensors(
        (name, d) -> {
          Shape shape = direction.shape(name);
          if (shape.rank() != 2) {
            return new float[d.length];
          }
          int columns = Math.toIntExact(shape.get(1));
          float[] values = w.read(name);
          float[] scaled = new float[d.length];
          for (int j = 0; j < columns; j++) {
            double ofWeights = 0;
            double ofDirection = 0;
            for (int k = j; k < d.length; k += columns) {
              ofWeights += (double) values[k] * values[k];
              ofDirection += (double) d[k] * d[k];
            }
            double factor = Math.sqrt(ofWeights) / (Math.sqrt(ofDirection) + 1e-10);
            for (int k = j; k < d.length; k += columns) {
              scaled[k] = (float) (factor * d[k]);
            }
          }
          return scaled;
        });
  }

  @Override
  public long passes() {
    return (long) grid * grid;
  }
}
