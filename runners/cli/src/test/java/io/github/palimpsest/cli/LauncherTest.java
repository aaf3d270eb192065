package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.palimpsest.cli.terminal.ExitCode;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Properties;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command as a process in surroundings that are not the usual ones. Commands are scripts in
 * UTF-8: the JVM of the tests may itself be in a locale that cannot hand over every argument.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
class LauncherTest {
  @TempDir Path temp;
  private Path launcher;
  private Path lib;

  /** A distribution of the classes under test: one JAR that names them. */
  @BeforeEach
  void distribute() throws IOException {
    Path root = temp.resolve("distribution");
    launcher = root.resolve("runners/bin/palimpsest");
    Files.createDirectories(launcher.getParent());
    Files.copy(Path.of("..", "bin", "palimpsest"), launcher);
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    lib = root.resolve("runners/cli/target/palimpsest/lib");
    Files.createDirectories(lib);
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest
        .getMainAttributes()
        .put(
            Attributes.Name.CLASS_PATH,
            Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(p -> Path.of(p).toUri())
                .map(URI::toString)
                .collect(Collectors.joining(" ")));
    Path jar = lib.resolve("palimpsest-cli-test.jar");
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    // one that is no archive is not used, and not made either
    Files.createFile(archive(java().getParent().resolveSibling("release")));
  }

  /** The archive of the JVM that a file describes. */
  private Path archive(Path release) throws IOException {
    Process sum = new ProcessBuilder("cksum").redirectInput(release.toRealPath().toFile()).start();
    String found = new String(sum.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    return lib.resolveSibling("classes-" + found.split(" ")[0] + ".jsa");
  }

  /** A stand-in for a JVM, which prints its arguments. */
  private Path echoing(String version) throws IOException {
    Path home = temp.resolve("jvm-" + version);
    Path java = home.resolve("bin/java");
    Files.createDirectories(java.getParent());
    Files.writeString(java, "#!/bin/sh\necho \"$@\"\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  @Test
  void each_jvm_has_an_archive_of_its_own_and_the_options_that_it_knows() throws Exception {
    Path old = echoing("17.0.15");
    Path latest = echoing("25.0.3");
    String before = run("JAVA_HOME=" + old + " \"$palimpsest\" list").out();
    String after = run("JAVA_HOME=" + latest + " \"$palimpsest\" list").out();
    assertThat(before)
        .contains("-XX:SharedArchiveFile=" + archive(old.resolve("release")))
        .doesNotContain("--enable-native-access", "--sun-misc-unsafe-memory-access");
    assertThat(after)
        .contains(
            "-XX:SharedArchiveFile=" + archive(latest.resolve("release")),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");
    assertThat(archive(old.resolve("release"))).isNotEqualTo(archive(latest.resolve("release")));
  }

  @Test
  void the_wrapper_of_maven_gives_newer_jvms_the_option_that_keeps_them_silent() throws Exception {
    Path wrapper = Path.of("..", "..", "mvnw").toRealPath();
    Properties properties = new Properties();
    properties.load(
        Files.newBufferedReader(
            wrapper.resolveSibling(".mvn/wrapper/maven-wrapper.properties"),
            StandardCharsets.UTF_8));
    String url = properties.getProperty("distributionUrl");
    String name = url.substring(url.lastIndexOf('/') + 1).replace("-bin.zip", "");
    Path mvn =
        temp.resolve("m2/wrapper/dists")
            .resolve(name)
            .resolve(Integer.toHexString(url.hashCode()))
            .resolve("bin/mvn");
    Files.createDirectories(mvn.getParent());
    Files.writeString(mvn, "#!/bin/sh\necho \"$MAVEN_OPTS\"\n");
    assertThat(mvn.toFile().setExecutable(true)).isTrue();
    String silent = "--sun-misc-unsafe-memory-access=allow";
    for (String version : new String[] {"17.0.15", "21.0.8", "25.0.3"}) {
      Path home = echoing(version);
      Files.copy(home.resolve("bin/java"), home.resolve("bin/javac"));
      String given =
          run("export MAVEN_OPTS=-Xmx1g MAVEN_USER_HOME="
                  + temp.resolve("m2")
                  + " JAVA_HOME="
                  + home
                  + "\n"
                  + wrapper
                  + " verify")
              .out()
              .strip();
      assertThat(given).isEqualTo(version.startsWith("25") ? silent + " -Xmx1g" : "-Xmx1g");
    }
  }

  /** What became of a script. */
  private record Ended(int code, String out, String err) {}

  private ProcessBuilder script(String text) throws IOException {
    Path file = Files.createTempFile(temp, "script", ".sh");
    String before = "palimpsest=" + launcher + "\njava=" + java() + "\ncd " + temp + "\n";
    Files.writeString(file, before + text);
    ProcessBuilder builder = new ProcessBuilder("sh", file.toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder.redirectError(temp.resolve("err").toFile());
  }

  private static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  private Ended run(String text) throws IOException, InterruptedException {
    Process process = script(text).redirectOutput(temp.resolve("out").toFile()).start();
    process.getOutputStream().close();
    int code = process.waitFor();
    return new Ended(code, Files.readString(temp.resolve("out")), err());
  }

  private String err() throws IOException {
    return Files.readString(temp.resolve("err"));
  }

  @Test
  void arguments_and_file_names_are_utf_8_in_a_locale_that_has_no_such_characters()
      throws Exception {
    for (String locale :
        new String[] {"LC_ALL=C", "LC_ALL=POSIX", "-u LC_ALL -u LC_CTYPE -u LANG"}) {
      Ended ended = run("env " + locale + " \"$palimpsest\" status 'größe №1 🙂'");
      assertThat(ended.err()).as(locale).contains("'größe №1 🙂'");
      assertThat(ended.code()).as(locale).isEqualTo(ExitCode.USAGE);
    }
    Ended made =
        run("LC_ALL=C \"$palimpsest\" new-plugin --kind metric --id acme.x größe && ls -d gr*");
    assertThat(made.out()).endsWith("größe\n");
  }

  @Test
  void a_java_that_was_started_without_the_launcher_refuses_what_it_cannot_tell() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/cmdline")), "a system that tells its arguments");
    String main = "\"$java\" -cp '" + lib + "/*' " + Main.class.getName();
    Ended refused = run("LC_ALL=C " + main + " status größe");
    assertThat(refused.code()).as(refused.err()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err())
        .startsWith("palimpsest: the argument 'größe' is not text in the locale's charset")
        .endsWith(": set the environment variable LC_ALL=C.UTF-8\n");
    assertThat(run("LC_ALL=C " + main + " --version").code()).isZero();
  }

  @Test
  void output_that_is_lost_is_an_error_of_every_command() throws Exception {
    assumeTrue(Files.exists(Path.of("/dev/full")), "a device that is always full");
    for (String arguments : new String[] {"--help", "--version", "schema", "query --tables"}) {
      Ended ended = run("\"$palimpsest\" " + arguments + " > /dev/full");
      assertThat(ended.code()).as(arguments).isEqualTo(ExitCode.FAILED);
      assertThat(ended.err())
          .as(arguments)
          .startsWith("palimpsest: standard output cannot be written: ")
          .hasLineCount(1);
    }
  }

  @Test
  void a_reader_that_has_gone_ends_the_command_without_a_word() throws Exception {
    Process process = script("read go; exec \"$palimpsest\" schema").start();
    process.getInputStream().close();
    process.getOutputStream().write("go\n".getBytes(StandardCharsets.US_ASCII));
    process.getOutputStream().close();
    assertThat(process.waitFor()).isEqualTo(ExitCode.BROKEN_PIPE);
    assertThat(err()).isEmpty();
  }

  @Test
  void help_has_colors_on_a_terminal_that_takes_them_alone() throws Exception {
    assumeTrue(run("script -qec true /dev/null").code() == 0, "'script' makes a terminal");
    String help = "script -qec \"env -u NO_COLOR TERM=%s $palimpsest --help\" /dev/null";
    assertThat(run(help.formatted("xterm")).out()).contains("\u001b[");
    assertThat(run(help.formatted("dumb")).out()).contains("Usage:").doesNotContain("\u001b");
  }

  @Test
  void a_home_and_a_temporary_folder_that_are_missing_are_no_obstacle() throws Exception {
    Path work = Files.createDirectory(temp.resolve("work"));
    // what Java says of a user without an entry
    Ended ended =
        run(
            "cd work; export PALIMPSEST_JAVA_OPTS=-Duser.home=?;"
                + " env -u HOME TMPDIR=/none/such \"$palimpsest\" doctor");
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("loaded");
    assertThat(ended.err()).startsWith("palimpsest: TMPDIR=/none/such is not a folder");
    try (Stream<Path> left = Files.list(work)) {
      assertThat(left).as("what libraries unpacked where they must not").isEmpty();
    }
  }
}
