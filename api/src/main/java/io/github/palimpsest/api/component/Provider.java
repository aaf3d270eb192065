package io.github.palimpsest.api.component;

import io.github.palimpsest.api.Stable;
import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.parameter.KernelInputs;
import java.util.List;
import java.util.Set;

/**
 * Describes one component and creates it. Providers are cheap and touch no native code (SPI-05);
 * {@link #create} is pure: equal settings give components that behave equally and share nothing
 * (SPI-03).
 *
 * @param <T> the component's interface
 */
@Stable(since = "0.1")
public interface Provider<T> extends Capable {
  /** The component's name in recipes and results (SPI-02). */
  ComponentId id();

  /** The kind of the component; fixed by the provider's interface. */
  Kind kind();

  /** One line for listings. */
  String summary();

  /** The equation, in plain text, with the symbols that the settings use. */
  String equation();

  /**
   * The settings that the component accepts, in the order in which people should read them. This is
   * the only place for defaults (SPI-04).
   */
  List<Setting<?>> settings();

  /**
   * Onset, requirements, conflicts, cost and sources of the component with these settings.
   *
   * @param settings values for exactly {@link #settings()}
   */
  Traits traits(Settings settings);

  /**
   * The promises of the component with these settings, beyond the rules for all of its kind.
   *
   * @param settings values for exactly {@link #settings()}
   */
  default Set<Promise> promises(Settings settings) {
    return Promise.usual(kind());
  }

  /**
   * Whether the component with these settings uses a corpus, that is, examples of the model's
   * pretraining data. A runner rejects the component if there is no corpus (rule {@code corpus}).
   *
   * @param settings values for exactly {@link #settings()}
   * @see TaskData#corpus()
   * @see KernelInputs
   */
  default boolean usesCorpus(Settings settings) {
    return false;
  }

  /**
   * The class that contains the provider's source. It identifies the owner of the component
   * (SPI-02) and the start of its code (SPI-07). A wrapper returns the class of the wrapped
   * provider.
   */
  default Class<?> declaredIn() {
    return getClass();
  }

  /**
   * Creates the component.
   *
   * @param settings values for exactly {@link #settings()}, all within their ranges
   */
  T create(Settings settings);
}
