/// <reference types="listen-in/preact" />

export function Desktop() {
  return (
    <>
      <listen-in baseUrl="/api/v2" onlisten-in-error={(event) => console.log(event.detail.code)} />
      {/* @ts-expect-error: no such property */}
      <listen-in volume={11} />
    </>
  );
}
