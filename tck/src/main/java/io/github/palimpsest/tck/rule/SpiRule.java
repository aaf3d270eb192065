package io.github.palimpsest.tck.rule;

import static io.github.palimpsest.tck.rule.RuleText.must;
import static io.github.palimpsest.tck.rule.RuleText.should;

/** Rules for every plugin and for components of every kind. */
public enum SpiRule implements Rule {
  /**
   * A plugin is named in {@code META-INF/services/io.github.palimpsest.api.Plugin}, has a public
   * constructor without arguments, and offers at least one component.
   */
  SPI_01(
      must(
          "SPI-01",
          "A plugin is named in META-INF/services/io.github.palimpsest.api.Plugin, has a public"
              + " constructor without arguments, and offers at least one component.",
          "the service file on the class path or in the JAR: one line with the plugin class's full"
              + " name")),
  /**
   * A component's id matches [a-z][a-z0-9-]* with at most one prefix 'vendor.', is unique among all
   * plugins, and has a prefix unless the component is this project's own.
   */
  SPI_02(
      must(
          "SPI-02",
          "A component's id matches [a-z][a-z0-9-]* with at most one prefix 'vendor.', is unique"
              + " among all plugins, and has a prefix unless the component is this project's own.",
          "id() of the provider; another JAR may own the name")),
  /**
   * create is pure: two objects made from equal settings behave equally and share no mutable state.
   */
  SPI_03(
      must(
          "SPI-03",
          "create is pure: two objects made from equal settings behave equally and share no mutable"
              + " state.",
          "a cached instance, a static or provider field that create hands out again")),
  /**
   * The settings are the same at each call, their defaults pass their own ranges and are enough for
   * create, a component can be used with a number at an end of its range, or at 0 within it, unless
   * it refuses the number when it is made, and an unknown key or a value of the wrong type is
   * refused by name.
   */
  SPI_04(
      must(
          "SPI-04",
          "The settings are the same at each call, their defaults pass their own ranges and are"
              + " enough for create, a component can be used with a number at an end of its range,"
              + " or at 0 within it, unless it refuses the number when it is made, and an unknown key or a value of the"
              + " wrong type is refused by name.",
          "settings() must list every Setting that create and traits read, and no key twice; a range"
              + " leaves out the numbers that the component cannot be used with")),
  /**
   * Loading a plugin and asking its providers for id, settings, traits and promises touches no
   * native library, no file and no thread.
   */
  SPI_05(
      must(
          "SPI-05",
          "Loading a plugin and asking its providers for id, settings, traits and promises touches"
              + " no native library, no file and no thread.",
          "static initialisers and constructors of the plugin, its providers and what they refer"
              + " to")),
  /**
   * A JAR that states {@code Palimpsest-Api: [0.1,0.2)} in its manifest is used only by an API
   * version in that range.
   */
  SPI_06(
      must(
          "SPI-06",
          "A JAR that states Palimpsest-Api: [0.1,0.2) in its manifest is used only by an API"
              + " version in that range.",
          "the manifest attribute Palimpsest-Api and the API version that the plugin was built"
              + " against")),
  /**
   * A component uses only what it is given, and has no graph, session, variable, thread, clock or
   * random source of its own.
   */
  SPI_07(
      must(
          "SPI-07",
          "A component uses only what it is given, and has no graph, session, variable, thread,"
              + " clock or random source of its own, and no file, connection, environment variable,"
              + " reflection or memory outside the heap.",
          "the calls named above; state belongs in Slots, memories or state(), changing numbers are"
              + " a Schedule, random ones come from StepContext.gaussian or the RandomGenerator"
              + " argument")),
  /** A component keeps no mutable state in static fields. */
  SPI_08(
      must(
          "SPI-08",
          "A component keeps no mutable state in static fields.",
          "the fields named above; make constants immutable and keep state in Slots, memories or"
              + " state()")),
  /**
   * A component describes itself: a summary, an equation, at least one reference, and the meaning
   * of each setting.
   */
  SPI_09(
      should(
          "SPI-09",
          "A component describes itself: a summary, an equation, at least one reference, and the"
              + " meaning of each setting.",
          "summary(), equation(), Traits.references and the doc of each Setting")),
  /**
   * A plugin JAR from a folder contains its dependencies, but neither the API nor TensorFlow. Each
   * JAR has its own class loader, which asks the JAR first and the host for the API, TensorFlow and
   * the JDK.
   */
  SPI_10(
      must(
              "SPI-10",
              "A plugin JAR from a folder contains its dependencies, but neither the API nor"
                  + " TensorFlow. Each JAR has its own class loader, which asks the JAR first and"
                  + " the host for the API, TensorFlow and the JDK.",
              "the JAR's contents; both dependencies have scope 'provided'")
          .formerly("L1")),
  /**
   * At strength 0, and before its declared onset, a component leaves training bit-identical to a
   * run without it, and it needs nothing from the steps before its onset.
   */
  SPI_11(
      must(
              "SPI-11",
              "At strength 0, and before its declared onset, a component leaves training"
                  + " bit-identical to a run without it, and it needs nothing from the steps before"
                  + " its onset.",
              "Traits.onset: runs share what was trained before it; strengths of 0 are tried by"
                  + " REG-11, OPT-15, PPW-02 and PAR-01")
          .formerly("C1")),
  /**
   * Each declared setting has an effect: in some circumstances, another allowed value changes what
   * the component computes, or what it declares besides its cost and its promises.
   */
  SPI_12(
      should(
          "SPI-12",
          "Each declared setting has an effect: in some circumstances, another allowed value"
              + " changes what the component computes, or what it declares besides its cost and its"
              + " promises.",
          "the use of each Setting that is named above: is its value read in create, and does the"
              + " component that create returns use it"));

  private final RuleText text;

  SpiRule(RuleText text) {
    this.text = text;
  }

  @Override
  public RuleText text() {
    return text;
  }
}
